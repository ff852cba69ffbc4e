using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What a worker is told that an ack of a batch stores: no more than it does, and no less than is known.</summary>
public sealed class BatchCursorTests : IAsyncLifetime
{
    private FlowHarness _harness = null!;

    public async ValueTask InitializeAsync() => _harness = await FlowHarness.StartAsync();

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Take_ItemTriedAgainBeforeItsBatchIsAcked_TellsWhatTheAckOfBothStores()
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync();
        var first = await worker.TakeAsync();
        worker.Fail(first, "o1", TimeSpan.Zero);

        var again = await worker.TakeAsync();

        Assert.Equal("o1", again.Built.Items.Single().Id);
        Assert.Equal((2L, 2L), (first.Cursor[0].Seqno, again.Cursor[0].Seqno));
    }

    [Fact]
    public async Task Take_BehindABatchThatWaits_TellsWhatIsStoredBeforeThatIsDone()
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync(maxDocs: 1);
        var (first, second) = (await worker.TakeAsync(), await worker.TakeAsync());
        worker.Fail(first, "o1", TimeSpan.Zero);
        worker.GiveBack(second, TimeSpan.FromMinutes(1));

        var again = await worker.TakeAsync();

        Assert.Equal(("o1", 1L), (again.Built.Items.Single().Id, again.Cursor[0].Seqno));
    }

    [Fact]
    public async Task Take_WhileOthersHaveWhatLiesBefore_TellsNoMoreThanIsDone()
    {
        await _harness.PutAsync("o1", "o2", "o3");
        var (ann, bob) = (await _harness.JoinAsync(isShared: true, maxDocs: 1), await _harness.JoinAsync(isShared: true, maxDocs: 1));

        var (anns, bobs) = (await ann.TakeAsync(), await bob.TakeAsync());
        bob.Ack(bobs);
        var annsNext = await ann.TakeAsync();

        Assert.Equal((1L, 0L, 3L), (anns.Cursor[0].Seqno, bobs.Cursor[0].Seqno, annsNext.Cursor[0].Seqno));
    }
}
