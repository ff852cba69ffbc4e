using Subscriptions.Core.Documents;
using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Writes;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

[Trait("Category", "Crash")]
public sealed class RevisionCrashTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileWritersWrite_EveryAnsweredVersionIsKeptWithTheOneBefore()
    {
        using var crashes = new CrashSeries("writes-revisions", kills: 15)
        {
            LinesPower = 11,
            LongestLull = TimeSpan.FromMilliseconds(20),
            LongestOpening = TimeSpan.Zero,
        };
        var answered = new List<(int Writer, WriteOperation Operation)>();

        await crashes.RunAsync(
            async round =>
            {
                foreach (var line in round.Printed.Select(WriteLine.Parse).Where(l => l.Phase == WritePhase.Done))
                    answered.AddRange(line.Operations.Where(o => o.Seqno > 0).Select(o => (line.Writer, o)));
                await VerifyAsync(crashes.Folder, answered);
            },
            Cancellation);

        crashes.Report($"{answered.Count} versions");
        Assert.NotEmpty(answered);
    }

    private static async Task VerifyAsync(string path, IReadOnlyList<(int Writer, WriteOperation Operation)> answered)
    {
        using var folder = DataFolder.Open(path);
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        await using var store = await WriteValues.OpenAsync(provider, new IgnoringObserver());
        var kept = new List<Change>();
        foreach (var partition in store.Partitions)
        {
            var page = await store.ReadRevisionsAsync(partition.Partition, 0, new(int.MaxValue, long.MaxValue), Cancellation);
            Assert.Equal(Enumerable.Range(1, (int)partition.HighSeqno).Select(n => (long)n), page.Changes.Select(c => c.Seqno));
            kept.AddRange(page.Changes);
        }

        Assert.Equal(kept.Count, (await store.GetStatisticsAsync(Cancellation)).Revisions);
        foreach (var versions in kept.GroupBy(c => c.Id))
        {
            VerifyChain([.. versions]);
            var history = await store.GetHistoryAsync(versions.Key, Cancellation);
            Assert.Equal(
                versions.Reverse().Select(c => c.Revision.Digest).Take(1 + RevisionHistory.MaxAncestors), history!.Ancestors.Prepend(history.Revision.Digest));
        }

        var byPlace = kept.ToDictionary(c => (c.Partition, c.Seqno));
        foreach (var (writer, operation) in answered)
        {
            var change = byPlace[(operation.Partition, operation.Seqno)];
            Assert.Equal(WriteValues.Id(writer, operation.Document), change.Id);
            Assert.Equal(operation.Value, change.IsTombstone ? 0 : WriteValues.Value(writer, operation.Document, change.Content.Span));
        }
    }

    private static void VerifyChain(Change[] versions)
    {
        Change? before = null;
        foreach (var version in versions)
        {
            Assert.Equal(Revision.Next(before?.Revision, version.IsTombstone, version.Content.Span), version.Revision);
            if (before is { IsTombstone: false })
            {
                Assert.Equal(before.Revision, version.Previous!.Revision);
                Assert.True(before.Content.Span.SequenceEqual(version.Previous.Content.Span), $"{version.Id} has another version before {version.Seqno}");
            }
            else
            {
                Assert.Null(version.Previous);
            }

            before = version;
        }
    }
}
