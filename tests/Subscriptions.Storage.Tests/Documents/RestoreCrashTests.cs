using System.Globalization;
using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Restores;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

[Trait("Category", "Crash")]
public sealed class RestoreCrashTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileADatabaseIsReplaced_OneOfTheTwoIsThereWhole()
    {
        using var crashes = new CrashSeries("restores", kills: 20) { LinesPower = 5, LongestLull = TimeSpan.FromMilliseconds(60) };
        var (ended, found) = (0L, new List<long>());

        await crashes.RunAsync(
            async round =>
            {
                foreach (var line in round.Printed) ended = Math.Max(ended, long.Parse(line, CultureInfo.InvariantCulture));
                if (await ReadAsync(crashes.Folder) is { } number) found.Add(number);
                else Assert.True(round.WasOpening && ended == 0, "the database is gone");
                if (ended > 0) Assert.True(found[^1] == ended || Math.Abs(found[^1]) > ended, $"round {ended} ended, and the documents have {found[^1]}");
            },
            Cancellation);

        crashes.Report($"{ended} rounds; numbers {string.Join(' ', found)}");
        Assert.True(ended > 0);
    }

    // The number that all documents have; null when there is no database yet.
    private static async Task<long?> ReadAsync(string path)
    {
        using var folder = DataFolder.Open(path);
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(path, "databases.tmp")));
        await using var store = await provider.OpenAsync(RestoreScenario.Database, new IgnoringObserver(), Cancellation);
        if (store is null) return null;

        var (numbers, documents) = (new HashSet<long>(), 0);
        foreach (var partition in store.Partitions)
        {
            var page = await store.ReadChangesAsync(partition.Partition, 0, new(int.MaxValue, long.MaxValue), Cancellation);
            numbers.UnionWith(page.Changes.Select(RestoreScenario.Number));
            documents += page.Changes.Count;
            Assert.Equal(page.SnapshotEnd, partition.HighSeqno);
        }

        if (documents == 0) return 0;
        Assert.Equal(RestoreScenario.Documents, documents);
        return Assert.Single(numbers);
    }
}
