using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Writes;

/// <summary>
/// Writes to a small disk until it is full, frees the space that a file beside the data folder takes, and goes on with the same store.
/// </summary>
public sealed class WriteNoSpaceScenario : ICrashScenario
{
    /// <summary>The file beside the data folder that takes space.</summary>
    public const string BallastName = "ballast";

    private const int MostRequests = 100_000;

    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var provider = WriteValues.Open(folder);
        await using var store = await WriteValues.OpenAsync(provider, new IgnoringObserver());
        journal.Write(CrashJournal.Ready);

        var request = 1;
        while (request < MostRequests && await WriteAsync(store, journal, request)) request++;
        File.Delete(Path.Combine(folder.FullPath, "..", BallastName));
        for (var more = 1; more <= 3; more++) await WriteAsync(store, journal, request + more);
    }

    // Never the same document twice, so that the file must grow.
    private static Task<bool> WriteAsync(IDocumentStore store, CrashJournal journal, int request) =>
        WriteScenario.WriteAsync(store, journal, 0, [new WriteOperation(2 * request, request, 0, 0), new WriteOperation((2 * request) + 1, request, 0, 0)]);
}
