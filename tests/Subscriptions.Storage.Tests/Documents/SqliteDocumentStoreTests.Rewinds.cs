using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

public partial class SqliteDocumentStoreTests
{
    /// <summary>Whatever is still there, nothing wrong comes back, and the figures are those that a recount gives.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rewind_AtRandom_GivesVersionsOfThenOrDeletes(bool keepsSome)
    {
        var seed = DocumentStoreModel.NewSeed();
        TestContext.Current.TestOutputHelper?.WriteLine($"MODEL_SEED={seed}");
        var random = new Random(seed);
        if (keepsSome)
            await Store.SetRevisionsAsync(RevisionSettings.None.With("Orders", new CollectionRevisions { MaxCount = 3 }), Token).Within();
        var moments = new List<(long Seqno, Dictionary<string, Change> Documents)> { await MomentAsync() };
        var (restored, deleted) = (0L, 0L);
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 60; i++)
            {
                await WriteAnyAsync(random);
                if (random.Next(15) == 0) await Store.TrimRevisionsAsync(Time.GetUtcNow(), 100, Token).Within();
                moments.Add(await MomentAsync());
            }

            var (seqno, then) = moments[^random.Next(1, moments.Count)];
            var before = (await MomentAsync()).Documents;
            var done = Assert.IsType<RewindResult.Done>(await RewindAsync(seqno, deletesUnknown: true));
            var now = (await MomentAsync()).Documents;

            Verify(seqno, then, before, now);
            VerifyFile();
            (restored, deleted) = (restored + done.Restored, deleted + done.Deleted);
            Assert.Equal(done.Deleted, Store.Partitions[0].HighSeqno - seqno);
            moments.RemoveAll(m => m.Seqno > seqno);
            moments.Add(await MomentAsync());
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{restored} restored, {deleted} deleted");
    }

    [Fact]
    public async Task Rewind_AfterManyGenerations_DocumentHasTheAncestorsOfThen()
    {
        await WriteAsync([.. Enumerable.Range(0, 300).Select(n => Put("a", n))]);
        await WriteAsync(Put("a", 1000));
        var then = await Store.GetHistoryAsync("a", Token).Within();
        await WriteAsync([.. Enumerable.Range(0, 400).Select(n => Put("a", n))]);

        var result = await RewindAsync(301);

        if (result is RewindResult.Unknown) return;
        Assert.Equal(new RewindResult.Done(1, 0, 0), result);
        var now = await Store.GetHistoryAsync("a", Token).Within();
        Assert.Equal((then!.Revision, 300), (now!.Revision, now.Ancestors.Count));
        Assert.Equal(then.Ancestors, now.Ancestors);
    }

    // Puts, deletes, what replicators bring, and what expires.
    private async Task WriteAnyAsync(Random random)
    {
        var id = $"doc-{random.Next(10)}";
        switch (random.Next(6))
        {
            case 0:
                await WriteAsync(Delete(id));
                break;
            case 1:
                await WriteAsync(Put(id, random.Next(100)), Put(id, random.Next(100)), Put($"doc-{random.Next(10)}"));
                break;
            case 2:
                var known = await Store.GetHistoryAsync(id, Token).Within();
                var generation = (known?.Revision.Generation ?? 0) + random.Next(1, 4);
                var newer = Enumerable.Range(0, (int)(generation - 1 - (known?.Revision.Generation ?? 0))).Select(_ => (UInt128)random.NextInt64());
                UInt128[] ancestors = known is null ? [.. newer] : [.. newer, known.Revision.Digest, .. known.Ancestors];
                var history = new RevisionHistory(new Revision(generation, (UInt128)random.NextInt64()), ancestors);
                await Store.WriteEachAsync([Put(id, random.Next(100)) with { History = history }], Token).Within();
                break;
            case 3:
                await WriteAsync(Put(id, 1, expiresAt: Time.GetUtcNow()));
                await Store.ExpireAsync(Time.GetUtcNow(), 10, Token).Within();
                break;
            default:
                await WriteAsync(Put(id, random.Next(100)));
                break;
        }
    }

    private async Task<(long Seqno, Dictionary<string, Change> Documents)> MomentAsync()
    {
        var page = await ReadAsync();
        return (page.SnapshotEnd, page.Changes.ToDictionary(c => c.Id));
    }

    private static void Verify(
        long seqno, Dictionary<string, Change> then, Dictionary<string, Change> before, Dictionary<string, Change> now)
    {
        foreach (var (id, document) in now)
        {
            if (document.Seqno <= seqno) Assert.Equal(Describe(then[id]), Describe(document));
            else Assert.Equal((ChangeKind.Delete, Revision.Next(before[id].Revision, deleted: true, default)), (document.Kind, document.Revision));
        }

        Assert.Empty(then.Keys.Except(now.Keys));
    }

    private void VerifyFile()
    {
        using var connection = SqliteConnection.Open(Path.Combine(_folder["data"], "databases", "orders.db"), SqliteAccess.Read);
        const string Newest = "change.key not in (select key from superseded)";
        foreach (var (figure, recount) in new[]
        {
            ("documents", $"select count(*) from change where kind = 0 and {Newest}"),
            ("tombstones", $"select count(*) from change where kind <> 0 and {Newest}"),
            ("superseded", "select count(*) from superseded"),
            ("revisions", "select count(*) from revision where is_base = 0"),
        })
        {
            Assert.Equal((figure, connection.ReadInt64(recount)), (figure, connection.ReadInt64($"select {figure} from partition")));
        }

        foreach (var wrong in new[]
        {
            $"select count(*) from change where {Newest} and not exists (select 1 from document d where d.id = change.id and d.seqno = change.key and d.kind = change.kind and d.digest = change.digest)",
            "select count(*) from document where seqno not in (select key from change)",
            "select count(*) from superseded where key not in (select key from change)",
            "select count(*) from revision where key not in (select key from change) and key not in (select key from archive)",
            "select count(*) from archive where key not in (select key from revision) or key in (select key from change)",
            "select count(*) from change, partition where key > high_seqno",
            "select count(*) from ancestor, partition where key > high_seqno",
            "select count(*) from partition where trimmed_seqno > high_seqno",
        })
        {
            Assert.Equal((wrong, 0L), (wrong, connection.ReadInt64(wrong)));
        }

        Assert.Equal("ok", connection.ReadText("pragma integrity_check"));
    }
}
