using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task ReadRevisionsWhileWriting_EveryReader_SeesEveryVersionOnceWithTheOneBefore()
    {
        await KeepAsync("Orders", Unlimited);
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 3).Select(n => Task.Run(() => FollowRevisionsAsync(Store, 3 + (n * 5), writing.Token), Token)).ToArray();
        var outcomes = (await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => WriteManyAsync(Store, n), Token))).Within())
            .SelectMany(o => o).Where(o => o.Changed).OrderBy(o => o.Seqno).ToArray();
        await writing.CancelAsync();

        foreach (var seen in await Task.WhenAll(readers).Within())
        {
            Assert.Equal(outcomes.Select(o => (o.Id, o.Seqno, o.Revision)), seen.Select(c => (c.Id, c.Seqno, c.Revision)));
            var newest = new Dictionary<string, Change>();
            foreach (var change in seen)
            {
                var before = newest.GetValueOrDefault(change.Id) is { IsTombstone: false } document ? document : null;
                Assert.Equal(before?.Revision, change.Previous?.Revision);
                Assert.Equal(before?.Content.ToArray(), change.Previous?.Content.ToArray());
                newest[change.Id] = change;
            }
        }
    }

    [Fact]
    public async Task TrimWhileWriting_Count_LeavesEachDocumentsNewest()
    {
        const int Kept = 3;
        await KeepAsync("Orders", Unlimited with { MaxCount = Kept });
        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => WriteManyAsync(Store, n), Token)));
        while (!writers.IsCompleted) await TrimAsync(20);
        var outcomes = (await writers.Within()).SelectMany(o => o).Where(o => o.Changed);
        await TrimAsync(int.MaxValue);

        var expected = outcomes.GroupBy(o => o.Id)
            .SelectMany(versions => versions.OrderByDescending(o => o.Seqno).Take(Kept)).OrderBy(o => o.Seqno).ToArray();
        var kept = (await RevisionsAsync()).Changes;
        Assert.Equal(expected.Select(o => (o.Id, o.Seqno)), kept.Select(c => (c.Id, c.Seqno)));
        Assert.Equal(expected.Length, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
    }

    private static async Task<List<Change>> FollowRevisionsAsync(IDocumentStore store, int pageSize, CancellationToken writing)
    {
        var seen = new List<Change>();
        long position = 0;
        while (true)
        {
            var isLast = writing.IsCancellationRequested;
            var page = await store.ReadRevisionsAsync(0, position, new ReadLimits(pageSize, long.MaxValue), Token).Within();
            Assert.InRange(page.LastSeqno, position, page.SnapshotEnd);
            seen.AddRange(page.Changes);
            position = page.LastSeqno;
            if (page.IsComplete && isLast) return seen;
            if (page.IsComplete) await Task.Yield();
        }
    }
}
