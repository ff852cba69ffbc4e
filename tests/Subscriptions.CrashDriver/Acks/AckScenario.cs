using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>
/// Workers that create, lease, ack, park, give up, replay, move and delete in subscriptions of their own, and contend for one that all share. A worker takes one step
/// at a time and announces it, so that afterwards each subscription must be as the last promise said, or as the one announced step makes it.
/// </summary>
public sealed class AckScenario : ICrashScenario
{
    private const int StepsOfAWorker = 50_000;

    /// <inheritdoc />
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        // A short journal, so that kills also meet the copying of it.
        var tuning = new SqliteTuning { CheckpointPages = 32, IdleDelay = TimeSpan.FromMilliseconds(5) };
        await using var store = SqliteSubscriptionStore.Open(folder, tuning, TimeProvider.System);
        var found = await AckFinding.ReadAllAsync(store);
        var shared = found.Single(f => f.Subscription.Definition.Name == AckValues.SharedName).Subscription;
        journal.Write(CrashJournal.Ready);

        await Task.WhenAll(Enumerable.Range(0, AckValues.Workers).Select(w => Task.Run(
            () => new AckWorker(store, journal, w, seed, found, shared.Id).RunAsync(StepsOfAWorker))));
    }
}
