using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Expire_DueDocuments_BecomeExpiredTombstones()
    {
        var now = Time.GetUtcNow();
        var put = (await WriteAsync(Put("due", 1, expiresAt: now.AddSeconds(1)), Put("later", 2, expiresAt: now.AddSeconds(2)), Put("never", 3)))[0];
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await ExpireAsync());

        var page = await ReadAsync();
        Assert.Equal(["later", "never", "due"], page.Changes.Select(c => c.Id));
        var tombstone = page.Changes[^1];
        Assert.Equal((ChangeKind.Expiry, 4, "Orders"), (tombstone.Kind, tombstone.Seqno, tombstone.Collection));
        Assert.Equal(Revision.Next(put.Revision, deleted: true, default), tombstone.Revision);
        Assert.Null(tombstone.ExpiresAt);
        Assert.Equal(Time.GetUtcNow(), tombstone.ChangedAt);
        Assert.Equal((4, 1), (Observer.Changes[^1].Change.Seqno, Observer.Changes[^1].SupersededSeqno));
        Assert.Equal(0, await ExpireAsync());
    }

    [Fact]
    public async Task Expire_AlreadyInThePastWhenWritten_IsVisibleUntilSwept()
    {
        await WriteAsync(Put("a", 1, expiresAt: Time.GetUtcNow().AddDays(-1)));

        Assert.Equal(ChangeKind.Put, (await GetAsync("a"))!.Kind);
        Assert.Equal(1, await ExpireAsync());
        Assert.Equal(ChangeKind.Expiry, (await GetAsync("a"))!.Kind);
    }

    [Fact]
    public async Task Expire_DocumentWasReplacedTouchedOrDeleted_OldExpiryCountsNoMore()
    {
        var soon = Time.GetUtcNow().AddSeconds(1);
        foreach (var id in new[] { "replaced", "touched", "deleted", "postponed" }) await WriteAsync(Put(id, expiresAt: soon));
        await WriteAsync(Put("replaced"), Touch("touched"), Delete("deleted"), Touch("postponed", soon.AddHours(1)));
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, await ExpireAsync());

        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await ExpireAsync());
        Assert.Equal(ChangeKind.Expiry, (await GetAsync("postponed"))!.Kind);
    }

    [Fact]
    public async Task Expire_MoreThanTheLimit_TheEarliestFirst()
    {
        var now = Time.GetUtcNow();
        await WriteAsync([.. Enumerable.Range(0, 5).Select(n => Put($"doc-{n}", expiresAt: now.AddSeconds(-n)))]);

        Assert.Equal(2, await ExpireAsync(2));
        Assert.Equal(["doc-0", "doc-1", "doc-2", "doc-4", "doc-3"], (await ReadAsync()).Changes.Select(c => c.Id));
        Assert.Equal(2, await ExpireAsync(2));
        Assert.Equal(1, await ExpireAsync(2));
    }

    [Fact]
    public async Task Purge_OldTombstones_AreForgottenAndThePurgeSeqnoRises()
    {
        await WriteAsync(Put("a"), Put("b"), Put("c", expiresAt: Time.GetUtcNow()));
        await WriteAsync(Delete("a"));
        await ExpireAsync();
        Time.Advance(TimeSpan.FromHours(1));
        var before = Time.GetUtcNow();
        await WriteAsync(Delete("b"));

        Assert.Equal(2, await PurgeAsync(before));

        Assert.Null(await GetAsync("a"));
        Assert.Null(await GetAsync("c"));
        var page = await ReadAsync();
        Assert.Equal(["b"], page.Changes.Select(c => c.Id));
        Assert.Equal((6, 5), (page.SnapshotEnd, Store.Partitions[0].PurgeSeqno));
        Assert.Equal(0, await PurgeAsync(before));
    }

    [Fact]
    public async Task Purge_MoreThanTheLimit_TheOldestFirst()
    {
        for (var i = 0; i < 3; i++)
        {
            await WriteAsync(Put($"doc-{i}"));
            await WriteAsync(Delete($"doc-{i}"));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, await PurgeAsync(Time.GetUtcNow(), 2));
        Assert.Equal(["doc-2"], (await ReadAsync()).Changes.Select(c => c.Id));
        Assert.Equal(4, Store.Partitions[0].PurgeSeqno);
    }

    [Fact]
    public async Task Purge_DocumentWasWrittenAgain_StaysAndThePurgeSeqnoToo()
    {
        await WriteAsync(Put("a"));
        await WriteAsync(Delete("a"));
        await WriteAsync(Put("a", 2));
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, await PurgeAsync(Time.GetUtcNow()));
        Assert.Equal(0, Store.Partitions[0].PurgeSeqno);
        Assert.Equal(3, (await GetAsync("a"))!.Revision.Generation);
    }

    [Fact]
    public async Task Purge_TheNewestChange_ItsSeqnoIsNeverUsedAgain()
    {
        await WriteAsync(Put("a"));
        await WriteAsync(Delete("a"));
        Time.Advance(TimeSpan.FromHours(1));
        await PurgeAsync(Time.GetUtcNow());
        await ReopenAsync();

        var page = await ReadAsync();
        Assert.Equal((0, 2, 2), (page.Changes.Count, page.LastSeqno, page.SnapshotEnd));
        var outcome = Assert.Single(await WriteAsync(Put("a")));
        Assert.Equal((3, 1), (outcome.Seqno, outcome.Revision.Generation));
        Assert.Equal(2, Store.Partitions[0].PurgeSeqno);
    }

    private Task<int> ExpireAsync(int maxDocuments = 100) => Store.ExpireAsync(Time.GetUtcNow(), maxDocuments, Token).Within();

    private Task<int> PurgeAsync(DateTimeOffset before, int maxTombstones = 100) =>
        Store.PurgeTombstonesAsync(before, maxTombstones, Token).Within();
}
