using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    private const int Writers = 6;
    private const int RequestsPerWriter = 60;

    [Fact]
    public async Task ReadWhileWriting_EveryReader_SeesOrderAndMissesNothingThatStayed()
    {
        const int Partitions = 2;
        await using var store = await CreateAsync("busy", Partitions);
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 4).Select(n => Task.Run(() => FollowAsync(store, n % Partitions, 5 + n, writing.Token), Token)).ToArray();
        var outcomes = (await Task.WhenAll(Enumerable.Range(0, Writers).Select(n => Task.Run(() => WriteManyAsync(store, n), Token))).Within())
            .SelectMany(o => o).ToArray();
        await writing.CancelAsync();

        for (var partition = 0; partition < Partitions; partition++)
        {
            var own = outcomes.Where(o => o.Partition == partition && o.Changed).ToArray();
            Assert.Equal(Enumerable.Range(1, own.Length).Select(n => (long)n), own.Select(o => o.Seqno).Order());
        }

        foreach (var (reader, seen) in (await Task.WhenAll(readers).Within()).Index())
        {
            var newest = outcomes.Where(o => o.Partition == reader % Partitions && o.Changed)
                .GroupBy(o => o.Id).ToDictionary(g => g.Key, g => g.Max(o => o.Seqno));
            Assert.Equal(newest, seen);
        }
    }

    [Fact]
    public async Task Partitions_WhileWriting_AreNeverAheadOfWhatCanBeRead()
    {
        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => WriteManyAsync(Store, n), Token)));
        while (!writers.IsCompleted)
        {
            var high = Store.Partitions[0].HighSeqno;
            var page = await ReadAsync(long.MaxValue);
            Assert.True(page.SnapshotEnd >= high, $"{high} was announced but the snapshot ends at {page.SnapshotEnd}");
        }

        await writers.Within();
        Assert.Equal(Store.Partitions[0].HighSeqno, (await ReadAsync()).SnapshotEnd);
    }

    private static async Task<List<WriteOutcome>> WriteManyAsync(IDocumentStore store, int writer)
    {
        var random = new Random(writer);
        var outcomes = new List<WriteOutcome>();
        for (var i = 0; i < RequestsPerWriter; i++)
        {
            var operations = Enumerable.Range(0, random.Next(1, 8)).Select(_ =>
            {
                var id = $"doc-{random.Next(60)}";
                return random.Next(5) == 0 ? Delete(id) : Put(id, i);
            });
            outcomes.AddRange(await WriteToAsync(store, [.. operations]));
        }

        return outcomes;
    }

    // Pages through a partition until it is complete and nobody writes any more; checks each page and returns each document's last seqno.
    private static async Task<Dictionary<string, long>> FollowAsync(
        IDocumentStore store, int partition, int pageSize, CancellationToken writing)
    {
        var seen = new Dictionary<string, long>();
        long position = 0;
        long snapshotEnd = 0;
        while (true)
        {
            var isLast = writing.IsCancellationRequested;
            var page = await store.ReadChangesAsync(partition, position, new ReadLimits(pageSize, long.MaxValue), Token).Within();
            CheckPage(page, position, snapshotEnd);
            foreach (var change in page.Changes) seen[change.Id] = change.Seqno;
            position = page.LastSeqno;
            snapshotEnd = page.SnapshotEnd;
            if (page.IsComplete && isLast) return seen;
            if (page.IsComplete) await Task.Yield();
        }
    }

    private static void CheckPage(ChangePage page, long position, long earlierSnapshotEnd)
    {
        Assert.True(page.SnapshotEnd >= earlierSnapshotEnd);
        Assert.InRange(page.LastSeqno, position, page.SnapshotEnd);
        Assert.All(page.Changes, c => Assert.InRange(c.Seqno, position + 1, page.LastSeqno));
        Assert.Equal(page.Changes.Select(c => c.Seqno).Distinct().Order(), page.Changes.Select(c => c.Seqno));
        Assert.Distinct(page.Changes.Select(c => c.Id));
    }
}
