using Xunit;

namespace Subscriptions.Client.Tests.Streams;

/// <summary>What every checkpoint store does.</summary>
public abstract class CheckpointStoreContract
{
    private static readonly PartitionPosition Somewhere = new()
    {
        Seqno = 9_007_199_254_740_993,
        ResumeToken = "token",
        Branch = "00000000000000ff",
        SnapshotStart = 1,
        SnapshotEnd = 9_007_199_254_740_999,
        PurgeSeqno = 4,
    };

    private protected static CheckpointScope Scope { get; } = new("shop", "indexer");

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract ICheckpointStore Store { get; }

    /// <summary>Another one, over what the first has written.</summary>
    private protected abstract ICheckpointStore Reopen();

    [Fact]
    public async Task Load_NothingSaved_IsEmpty() => Assert.Empty(await Store.LoadAsync(Scope, [0, 1, 2], 0, Token));

    [Fact]
    public async Task Load_AfterSaveAndReopen_HasWhatWasSaved()
    {
        var earlier = new[] { PartitionPosition.Beginning, Somewhere with { Seqno = 5 } };
        await Store.SaveAsync(Scope, [new(0, Somewhere, 0) { Earlier = earlier }, new(3, PartitionPosition.Beginning, 0)], Token);

        var kept = (await Reopen().LoadAsync(Scope, [3, 0, 7], 0, Token)).OrderBy(c => c.Partition).ToList();

        Assert.Equal([(0, Somewhere), (3, PartitionPosition.Beginning)], kept.Select(c => (c.Partition, c.Position)));
        Assert.Equal(earlier, kept[0].Earlier);
    }

    [Fact]
    public async Task Save_AgainAndLower_Replaces()
    {
        await Store.SaveAsync(Scope, [new(0, Somewhere, 0), new(1, Somewhere, 0)], Token);
        await Store.SaveAsync(Scope, [new(0, Somewhere with { Seqno = 3 }, 0)], Token);

        var kept = await Reopen().LoadAsync(Scope, [0, 1], 0, Token);

        Assert.Equal([3, Somewhere.Seqno], kept.OrderBy(c => c.Partition).Select(c => c.Position.Seqno));
    }

    [Fact]
    public async Task Save_UnderAnOlderEpochThanAClaim_IsRefusedAsAWhole()
    {
        await Store.SaveAsync(Scope, [new(0, Somewhere, 3), new(1, Somewhere, 3)], Token);
        await Reopen().LoadAsync(Scope, [1], 4, Token);

        var e = await Assert.ThrowsAsync<CheckpointFencedException>(
            () => Reopen().SaveAsync(Scope, [new(0, Somewhere with { Seqno = 7 }, 3), new(1, Somewhere with { Seqno = 7 }, 3)], Token));

        Assert.Equal((1, 3L, 4L), (e.Partition, e.Epoch, e.StoredEpoch));
        var kept = await Reopen().LoadAsync(Scope, [0, 1], 4, Token);
        Assert.All(kept, checkpoint => Assert.Equal(Somewhere.Seqno, checkpoint.Position.Seqno));
    }

    [Fact]
    public async Task Save_UnderTheEpochOfTheClaim_IsTaken()
    {
        await Store.LoadAsync(Scope, [0, 1], 4, Token);
        await Reopen().SaveAsync(Scope, [new(0, Somewhere, 4)], Token);

        Assert.Equal(Somewhere, Assert.Single(await Reopen().LoadAsync(Scope, [0, 1], 4, Token)).Position);
    }

    [Fact]
    public async Task Load_UnderAnOlderEpochThanAClaim_IsRefused()
    {
        await Store.LoadAsync(Scope, [0], 4, Token);

        await Assert.ThrowsAsync<CheckpointFencedException>(() => Reopen().LoadAsync(Scope, [0], 3, Token));
    }
}
