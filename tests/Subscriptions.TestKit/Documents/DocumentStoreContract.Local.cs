using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Local_WrittenAgainAndAgain_CountsItsVersions()
    {
        Assert.Null(await GetLocalAsync("checkpoint"));
        for (var version = 1; version <= 3; version++)
        {
            Assert.Equal(new LocalWriteResult.Committed(version), await WriteLocalAsync("checkpoint", Json(version), version - 1));
            var local = await GetLocalAsync("checkpoint");
            Assert.Equal(("checkpoint", version), (local!.Id, local.Version));
            Assert.Equal(Json(version), local.Content.ToArray());
        }

        await ReopenAsync();
        Assert.Equal(Json(3), (await GetLocalAsync("checkpoint"))!.Content.ToArray());
        Assert.Equal(new LocalWriteResult.Committed(4), await WriteLocalAsync("checkpoint", Json(4), 3));
    }

    [Fact]
    public async Task Local_AnotherVersionThanTheCurrent_Conflicts()
    {
        Assert.Equal(new LocalWriteResult.Conflict(0), await WriteLocalAsync("a", Json(1), 1));
        await WriteLocalAsync("a", Json(1), 0);

        Assert.Equal(new LocalWriteResult.Conflict(1), await WriteLocalAsync("a", Json(2), 0));
        Assert.Equal(new LocalWriteResult.Conflict(1), await WriteLocalAsync("a", Json(2), 2));
        Assert.Equal(new LocalWriteResult.Conflict(1), await WriteLocalAsync("a", null, 0));
        Assert.Equal(Json(1), (await GetLocalAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task Local_Deleted_IsGoneAndBeginsAnew()
    {
        await WriteLocalAsync("a", Json(1), 0);
        await WriteLocalAsync("a", Json(2), 1);

        Assert.Equal(new LocalWriteResult.Committed(0), await WriteLocalAsync("a", null, 2));
        Assert.Null(await GetLocalAsync("a"));
        Assert.Equal(new LocalWriteResult.Committed(0), await WriteLocalAsync("a", null, 0));
        Assert.Equal(new LocalWriteResult.Committed(1), await WriteLocalAsync("a", Json(3), 0));
    }

    [Fact]
    public async Task Local_AnyWrite_IsInNoFeedAndNoCount()
    {
        await WriteAsync(Put("a", 1));
        await WriteLocalAsync("a", Json(7), 0);
        await WriteLocalAsync("b", Json(8), 0);
        await WriteLocalAsync("b", null, 1);

        Assert.Single(Observer.Commits);
        Assert.Equal((1, 1, 0), (Store.Partitions[0].HighSeqno, await CountAsync(s => s.Documents), await CountAsync(s => s.Tombstones)));
        Assert.Equal(Json(1), Assert.Single((await ReadAsync()).Changes).Content.ToArray());
        Assert.Equal(["a"], await ListIdsAsync(new DocumentRange()));
        Assert.Equal(Json(1), (await GetAsync("a"))!.Content.ToArray());
        Assert.Equal(Json(7), (await GetLocalAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task Local_ManyWritersOfOne_EachVersionIsWrittenOnce()
    {
        var writers = Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var done = 0; done < 15;)
            {
                var current = (await GetLocalAsync("counter"))?.Version ?? 0;
                if (await WriteLocalAsync("counter", Json(writer), current) is LocalWriteResult.Committed) done++;
            }
        });

        await Task.WhenAll(writers).Within();

        Assert.Equal(90, (await GetLocalAsync("counter"))!.Version);
    }

    [Fact]
    public async Task Closed_StoreOfListsAndLocalDocuments_RefusesEverything()
    {
        await Store.DisposeAsync();

        await AssertFaultAsync(StoreFault.Closed, () => GetLocalAsync("a"));
        await AssertFaultAsync(StoreFault.Closed, () => WriteLocalAsync("a", Json(1), 0));
        await AssertFaultAsync(StoreFault.Closed, () => ListAsync(new DocumentRange()));
        await AssertFaultAsync(StoreFault.Closed, () => BackwardsAsync(1, NoLimit));
        await AssertFaultAsync(StoreFault.Closed, () => Store.GetHistoryAsync("a", Token).Within());
    }

    private Task<LocalDocument?> GetLocalAsync(string id) => Store.GetLocalAsync(id, Token).Within();

    private Task<LocalWriteResult> WriteLocalAsync(string id, byte[]? content, long expectedVersion) =>
        Store.WriteLocalAsync(id, content is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(content), expectedVersion, Token).Within();
}
