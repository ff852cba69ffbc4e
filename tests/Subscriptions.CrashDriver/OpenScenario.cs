using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver;

/// <summary>Opens every database of the folder, says so, and ends.</summary>
public sealed class OpenScenario : ICrashScenario
{
    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        foreach (var name in await provider.ListAsync(CancellationToken.None))
        {
            var store = await provider.OpenAsync(name, new IgnoringObserver(), CancellationToken.None);
            await store!.DisposeAsync();
        }

        journal.Write(CrashJournal.Ready);
    }
}
