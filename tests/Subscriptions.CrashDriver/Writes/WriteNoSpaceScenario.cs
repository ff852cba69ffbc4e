using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Writes;

/// <summary>
/// Writes until the journal can grow no more, goes on with the same store when there is space again, and ends by itself.
/// </summary>
public sealed class WriteNoSpaceScenario : ICrashScenario
{
    private const int MostRequests = 10_000;
    private const int Space = 200_000;

    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var provider = WriteValues.Open(folder);
        await using var store = await WriteValues.OpenAsync(provider, new IgnoringObserver());
        journal.Write(CrashJournal.Ready);

        var journalFile = Path.Combine(folder.FullPath, "databases", $"{WriteValues.Database}.db-wal");
        var request = 1;
        using (new FileSizeLimit(new FileInfo(journalFile).Length + Space))
        {
            while (await WriteAsync(store, journal, request))
            {
                if (request++ == MostRequests) throw new InvalidOperationException($"{MostRequests} requests fitted where there was no space.");
            }
        }

        for (var more = 1; more <= 3; more++) await WriteAsync(store, journal, request + more);
    }

    // Never the same document twice, so that something must grow.
    private static Task<bool> WriteAsync(IDocumentStore store, CrashJournal journal, int request) => WriteScenario.WriteAsync(
        store, journal, 0, [new WriteOperation(2 * request, request, 0, 0), new WriteOperation((2 * request) + 1, request, 0, 0)]);
}
