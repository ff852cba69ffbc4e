using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Work;

/// <summary>
/// Workers share a subscription, ack in any order, nack items until those are given up, leave and come back, while writers write and an
/// administrator replays dead letters and now and then moves the cursor to the beginning. With <paramref name="drains"/> nobody but one worker
/// is there, who ends when everything is confirmed.
/// </summary>
internal sealed class ShareScenario(bool drains) : ICrashScenario
{
    private const int Workers = 3;

    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Shared, store => new JournalingStore(store, journal));
        journal.Write(CrashJournal.Ready);
        if (drains)
        {
            var connection = new ShareConnection(journal, new Random(seed), worker: 0, isSteady: true);
            await engine.WorkAsync(WorkEngine.Shared, OpeningStrategy.Concurrent, connection, SessionOptions.Create(50, 0, 2, closeWhenDrained: true));
            return;
        }

        await Task.WhenAny(
        [
            WorkWriters.RunAsync(engine, seed, journal),
            AdministerAsync(engine, new Random(seed - 100)),
            .. Enumerable.Range(0, Workers).Select(w => WorkAsync(engine, w, new Random(seed - 1 - w), journal)),
        ]).Unwrap();
    }

    private static async Task WorkAsync(WorkEngine engine, int worker, Random random, CrashJournal journal)
    {
        while (true)
        {
            try
            {
                var options = SessionOptions.Create(random.Next(1, 20), 0, random.Next(1, 4), closeWhenDrained: false);
                await engine.WorkAsync(
                    WorkEngine.Shared, OpeningStrategy.Concurrent, new ShareConnection(journal, random, worker, isSteady: false), options);
            }
            catch (EngineException e) when (e.Code is ErrorCode.LeaseLost or ErrorCode.SubscriptionChanged)
            {
                // The connection broke, or the cursor was moved, as they were meant to.
            }
        }
    }

    private static async Task AdministerAsync(WorkEngine engine, Random random)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 60)), TimeProvider.System);
            if (random.Next(12) == 0)
                await engine.Shop.Subscriptions.SetCursorAsync(WorkEngine.Shared, new StartPoint.Beginning(), CancellationToken.None);
            else
                await engine.Shop.Subscriptions.FailedItems.ReplayAsync(WorkEngine.Shared, documents: null, CancellationToken.None);
        }
    }
}
