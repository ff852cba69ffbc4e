using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    private static readonly DatabaseName Copy = DatabaseName.Parse("copy");

    [Fact]
    public async Task Restore_UnderAnotherName_HasEverythingAndGoesOnInNewBranches()
    {
        var settings = new DatabaseSettings
        {
            MaxDocumentBytes = 4321,
            TombstoneRetention = TimeSpan.FromMinutes(17),
            Revisions = RevisionSettings.None.With("Orders", new CollectionRevisions { MaxCount = 3 }),
        };
        await using var store = (await Provider.CreateAsync(new DatabaseInfo(DatabaseName.Parse("full"), 3, settings, Time.GetUtcNow()), new CommitRecorder(), Token).Within())!;
        await WriteToAsync(store, [.. Enumerable.Range(0, 100).Select(n => Put($"doc-{n}", n, expiresAt: Time.GetUtcNow().AddDays(n)))]);
        await WriteToAsync(store, [.. Enumerable.Range(0, 50).Select(n => n % 2 == 0 ? Put($"doc-{n}", n + 1) : Delete($"doc-{n}"))]);
        await store.PurgeTombstonesAsync(Time.GetUtcNow().AddTicks(TimeSpan.TicksPerMillisecond), 10, Token).Within();
        await store.WriteLocalAsync("checkpoint", Json(1), 0, Token).Within();

        await RestoreAsync(await store.BackUpAsync(Token).Within(), Copy);
        await using var copy = await OpenAsync("copy");

        Assert.Equal(store.Info with { Name = Copy }, copy.Info);
        Assert.Equal(store.Partitions.Select(p => (p.Partition, p.HighSeqno, p.PurgeSeqno)), copy.Partitions.Select(p => (p.Partition, p.HighSeqno, p.PurgeSeqno)));
        foreach (var (was, now) in store.Partitions.Zip(copy.Partitions))
        {
            Assert.Equal(was.FailoverLog.Branched(now.FailoverLog.Current, was.HighSeqno), now.FailoverLog);
            Assert.NotEqual(was.FailoverLog.Current, now.FailoverLog.Current);
        }

        Assert.Equal(await DescribeAsync(store), await DescribeAsync(copy));
        var (before, after) = (await store.GetStatisticsAsync(Token).Within(), await copy.GetStatisticsAsync(Token).Within());
        Assert.Equal((before.Documents, before.Tombstones, before.Revisions), (after.Documents, after.Tombstones, after.Revisions));
        Assert.Equal(1, (await copy.GetLocalAsync("checkpoint", Token).Within())?.Version);
        var written = Assert.Single(await WriteToAsync(copy, Put("doc-0", 77)));
        Assert.Equal(store.Partitions[written.Partition].HighSeqno + 1, written.Seqno);
        Assert.Equal((await store.GetAsync("doc-0", Token).Within())!.Revision.Generation + 1, written.Revision.Generation);
    }

    [Fact]
    public async Task BackUp_WhileOthersWrite_IsThatOfOneMoment()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var n = 1; !stop.IsCancellationRequested; n++) await WriteAsync([.. Enumerable.Range(0, 20).Select(i => Put($"doc-{i}", n))]);
        });
        var backups = new List<Stream>();
        var seen = 0L;
        while (backups.Count < 5)
        {
            while (Store.Partitions[0].HighSeqno == seen) await Task.Yield();
            backups.Add(await Store.BackUpAsync(Token).Within());
            seen = Store.Partitions[0].HighSeqno;
        }

        await stop.CancelAsync();
        await writing.Within();
        var last = 0L;
        foreach (var backup in backups)
        {
            await RestoreAsync(backup, Copy);
            await using var copy = await OpenAsync("copy");
            var page = await copy.ReadChangesAsync(0, 0, NoLimit, Token).Within();
            Assert.Equal(20, page.Changes.Count);
            Assert.Single(page.Changes.Select(c => Encoding.UTF8.GetString(c.Content.Span)).Distinct());
            Assert.True(page.SnapshotEnd > last, $"{page.SnapshotEnd} comes after {last}");
            last = page.SnapshotEnd;
        }
    }

    [Fact]
    public async Task BackUp_Copy_IsReadableWhenItsStoreIsClosed()
    {
        await WriteAsync(Put("a", 1));
        var backup = await Store.BackUpAsync(Token).Within();
        await Store.DisposeAsync();

        await RestoreAsync(backup, Copy);

        await using var copy = await OpenAsync("copy");
        Assert.NotNull(await copy.GetAsync("a", Token).Within());
        await AssertFaultAsync(StoreFault.Closed, () => Store.BackUpAsync(Token).Within());
    }

    [Fact]
    public async Task Restore_NameIsTaken_ReplacesOnlyWhenToldTo()
    {
        await WriteAsync(Put("a", 1));
        var branch = Store.Partitions[0].FailoverLog.Current;
        await using var backup = await Store.BackUpAsync(Token).Within();
        await WriteAsync(Put("a", 2), Put("b", 2));
        await Store.DisposeAsync();
        await using var restore = await Provider.PrepareRestoreAsync(Store.Info.Name, backup, Token).Within();

        Assert.False(await restore.CommitAsync(replace: false).Within());
        await ReopenAsync();
        Assert.Equal(3, Store.Partitions[0].HighSeqno);

        await Store.DisposeAsync();
        await using (var again = await PrepareAgainAsync(backup)) Assert.True(await again.CommitAsync(replace: true).Within());
        await ReopenAsync();
        Assert.Equal(1, Store.Partitions[0].HighSeqno);
        Assert.Equal([branch], Store.Partitions[0].FailoverLog.Entries.Skip(1).Select(e => e.Branch));
        Assert.Null(await GetAsync("b"));
        Assert.Equal(Json(1), (await GetAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task Restore_NotCarriedOut_ChangesNothing()
    {
        await WriteAsync(Put("a", 1));
        await using var backup = await Store.BackUpAsync(Token).Within();

        await using (await Provider.PrepareRestoreAsync(Copy, backup, Token).Within())
        {
            Assert.Null(await Provider.OpenAsync(Copy, new CommitRecorder(), Token).Within());
        }

        Assert.Equal(["orders"], (await Provider.ListAsync(Token).Within()).Select(n => n.Value));
    }

    [Fact]
    public async Task Restore_OfSomethingElse_IsInvalidAndLeavesNothing()
    {
        await WriteAsync([.. Enumerable.Range(0, 500).Select(n => Put($"doc-{n}", n))]);
        await using var backup = await Store.BackUpAsync(Token).Within();
        var whole = new byte[backup.Length];
        await backup.ReadExactlyAsync(whole, Token);
        foreach (var content in (byte[][])[[], "not a backup"u8.ToArray(), new byte[10_000], whole[..(whole.Length / 2)], whole[..^1]])
        {
            var e = await Assert.ThrowsAsync<EngineException>(() => Provider.PrepareRestoreAsync(Copy, new MemoryStream(content), Token).Within());
            Assert.Equal((ErrorCode.InvalidBackup, "copy"), (e.Code, e.Metadata["database"]));
        }

        Assert.Equal(["orders"], (await Provider.ListAsync(Token).Within()).Select(n => n.Value));
    }

    /// <summary>Puts a backup in the place of a closed database, or where there is none.</summary>
    protected async Task RestoreAsync(Stream backup, DatabaseName name)
    {
        await using (backup)
        await using (var restore = await Provider.PrepareRestoreAsync(name, backup, Token).Within())
            Assert.True(await restore.CommitAsync(replace: true).Within());
    }

    private async Task<IDatabaseRestore> PrepareAgainAsync(Stream backup)
    {
        backup.Position = 0;
        return await Provider.PrepareRestoreAsync(Store.Info.Name, backup, Token).Within();
    }

    private static async Task<List<string>> DescribeAsync(IDocumentStore store)
    {
        var all = new List<string>();
        foreach (var partition in store.Partitions)
        {
            var changes = await store.ReadChangesAsync(partition.Partition, 0, NoLimit, Token).Within();
            var revisions = await store.ReadRevisionsAsync(partition.Partition, 0, NoLimit, Token).Within();
            all.AddRange(changes.Changes.Concat(revisions.Changes).Select(Describe));
            foreach (var change in changes.Changes)
            {
                var history = await store.GetHistoryAsync(change.Id, Token).Within();
                all.Add($"{change.Id}: {string.Join(',', history!.Ancestors)}");
            }
        }

        return all;
    }
}
