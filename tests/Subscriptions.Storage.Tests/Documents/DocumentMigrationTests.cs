using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>Files of earlier versions of this program.</summary>
public sealed class DocumentMigrationTests : IDisposable
{
    private static readonly DatabaseName Shop = DatabaseName.Parse("shop");

    // Two documents of the second of two partitions.
    private static readonly string[] Ids =
        [.. Enumerable.Range('a', 26).Select(c => ((char)c).ToString()).Where(id => PartitionHash.Of(id, 2) == 1).Take(2)];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_FileFromBeforeRevisions_KeepsItsDocumentsAndCanSwitchThemOn()
    {
        using var data = DataFolder.Open(_folder["data"]);
        CreateVersion1(data);
        var observer = new CommitRecorder();
        await using var provider = SqliteDocumentStoreProvider.Open(data, TimeProvider.System);
        await using (var store = await provider.OpenAsync(Shop, observer, Cancellation).Within())
        {
            Assert.Equal(new DatabaseSettings { MaxDocumentBytes = 4321, TombstoneRetention = TimeSpan.FromDays(3) }, store!.Info.Settings);
            Assert.Equal((2, 0, 0), Counts(await store.GetStatisticsAsync(Cancellation)));
            await store.SetRevisionsAsync(RevisionSettings.None.With("Orders", new CollectionRevisions()), Cancellation).Within();
            await store.WriteAsync([Put(Ids[0], "{\"n\":2}")], Cancellation).Within();
        }

        await using var again = await provider.OpenAsync(Shop, observer, Cancellation).Within();
        var page = await again!.ReadRevisionsAsync(1, 0, new(10, 1000), Cancellation);
        var change = Assert.Single(page.Changes);
        Assert.Equal((Ids[0], 3L, "{\"n\":1}"), (change.Id, change.Seqno, Encoding.UTF8.GetString(change.Previous!.Content.Span)));
        Assert.Equal((2, 0, 1), Counts(await again.GetStatisticsAsync(Cancellation)));
        Assert.Equal([Ids[1], Ids[0]], (await again.ReadChangesAsync(1, 0, new(10, 1000), Cancellation)).Changes.Select(c => c.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Open_FileFromBeforeAncestors_RecordsThemFromThenOn(int version)
    {
        using var data = DataFolder.Open(_folder["data"]);
        CreateVersion1(data, generation: 5, version);
        await using var provider = SqliteDocumentStoreProvider.Open(data, TimeProvider.System);
        await using (var store = await provider.OpenAsync(Shop, new CommitRecorder(), Cancellation).Within())
        {
            var old = await store!.GetHistoryAsync(Ids[0], Cancellation).AsTask().Within();
            Assert.Equal((5, 0), (old!.Revision.Generation, old.Ancestors.Count));
            for (var i = 0; i < 3; i++) await store.WriteAsync([Put(Ids[0], "{\"n\":2}")], Cancellation).Within();
            await store.WriteLocalAsync("checkpoint", "{}"u8.ToArray(), 0, Cancellation).Within();
        }

        await using var again = await provider.OpenAsync(Shop, new CommitRecorder(), Cancellation).Within();
        var history = await again!.GetHistoryAsync(Ids[0], Cancellation).AsTask().Within();
        Assert.Equal((8, 5), (history!.Revision.Generation, history.OldestGeneration));
        Assert.Equal(UInt128.Parse("000102030405060708090a0b0c0d0e0f", NumberStyles.HexNumber, CultureInfo.InvariantCulture), history.Ancestors[^1]);
        Assert.Equal(Ids.Order(StringComparer.Ordinal), (await again.ListDocumentsAsync(new DocumentRange(), Cancellation)).Documents.Select(d => d.Id));
        Assert.Equal(1, (await again.GetLocalAsync("checkpoint", Cancellation))!.Version);
    }

    [Fact]
    public async Task Open_FileFromBeforePurgesWereToldApart_WhatWasPurgedCountsForAllCollections()
    {
        using var data = DataFolder.Open(_folder["data"]);
        CreateVersion1(data, version: 3);
        using (var connection = SqliteConnection.Open(Path.Combine(data.Subfolder("databases"), "shop.db"), SqliteAccess.Write))
            connection.Execute("update partition set purge_seqno = 1 where partition = 1");
        await using var provider = SqliteDocumentStoreProvider.Open(data, TimeProvider.System);

        await using var store = await provider.OpenAsync(Shop, new CommitRecorder(), Cancellation).Within();

        Assert.Equal((1L, 1L), (store!.Partitions[1].PurgeSeqno, store.Partitions[1].PurgeSeqnoOf("Orders")));
        Assert.Equal(TimeSpan.Zero, store.Info.Settings.PurgeHold);
        await store.WriteAsync([new DocumentWrite { Kind = WriteKind.Delete, Id = Ids[0] }], Cancellation).Within();
        await store.PurgeTombstonesAsync(TimeProvider.System.GetUtcNow().AddDays(1), 10, Cancellation).Within();
        Assert.Equal((3L, 3L, 1L), (store.Partitions[1].PurgeSeqno, store.Partitions[1].PurgeSeqnoOf("Orders"), store.Partitions[1].PurgeSeqnoOf("Other")));
    }

    public void Dispose() => _folder.Dispose();

    private static (long Documents, long Tombstones, long Revisions) Counts(DocumentStatistics s) => (s.Documents, s.Tombstones, s.Revisions);

    private static DocumentWrite Put(string id, string json) =>
        new() { Kind = WriteKind.Put, Id = id, Collection = "Orders", Content = Encoding.UTF8.GetBytes(json) };

    // As that version wrote it, or one after it: two partitions, both documents in the second one.
    private static void CreateVersion1(DataFolder data, int generation = 1, int version = 1)
    {
        var ids = Ids.Select(id => Convert.ToHexString(Encoding.UTF8.GetBytes(id))).ToArray();
        var format = DocumentSchema.Format with { Migrations = [.. DocumentSchema.Format.Migrations.Take(version)] };
        var (folder, temporary) = (data.Subfolder("databases"), data.Subfolder("databases.tmp"));
        SqliteFile.Create(Path.Combine(folder, "shop.db"), temporary, format, new SqliteTuning(), connection =>
        {
            var second = 1L << 48;
            connection.Execute($"insert into database values('shop', 2, 1000, 4321, {TimeSpan.FromDays(3).Ticks})");
            connection.Execute(
                "insert into partition(partition, high_seqno, purge_seqno, documents, tombstones, superseded) values(0, 0, 0, 0, 0, 0), (1, 2, 0, 2, 0, 0)");
            connection.Execute("insert into branch values(0, 0, 7, 0), (1, 0, 8, 0)");
            connection.Execute(
                $$"""
                insert into change values
                    ({{second + 1}}, 0, x'{{ids[0]}}', 'Orders', {{generation}}, x'000102030405060708090a0b0c0d0e0f', 1, null, cast('{"n":1}' as blob)),
                    ({{second + 2}}, 0, x'{{ids[1]}}', null, 1, x'000102030405060708090a0b0c0d0e0f', 1, null, cast('{"n":9}' as blob))
                """);
            connection.Execute(
                $"""
                insert into document values
                    (x'{ids[0]}', 1, 0, {generation}, x'000102030405060708090a0b0c0d0e0f'), (x'{ids[1]}', 2, 0, 1, x'000102030405060708090a0b0c0d0e0f')
                """);
        });
    }
}
