using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.CrashDriver.Work;

/// <summary>
/// The main job: writers write, a worker works and acks, nacks, leaves and comes back. With <paramref name="drains"/> nobody writes, and the
/// worker ends when everything is confirmed.
/// </summary>
internal sealed class WorkScenario(bool drains) : ICrashScenario
{
    public async Task RunAsync(DataFolder folder, int seed, CrashJournal journal)
    {
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Exclusive);
        journal.Write(CrashJournal.Ready);
        if (drains)
        {
            await WorkAsync(engine, new WorkConnection(journal, new Random(seed), isSteady: true), SessionOptions.Create(50, 0, 2, closeWhenDrained: true));
            return;
        }

        await Task.WhenAny(WorkWriters.RunAsync(engine, seed, journal), WorkAsync(engine, new Random(seed - 1), journal)).Unwrap();
    }

    private static async Task WorkAsync(WorkEngine engine, Random random, CrashJournal journal)
    {
        while (true)
        {
            try
            {
                var options = SessionOptions.Create(random.Next(1, 20), 0, random.Next(1, 4), closeWhenDrained: false);
                await WorkAsync(engine, new WorkConnection(journal, random, isSteady: false), options);
            }
            catch (EngineException e) when (e.Code == ErrorCode.LeaseLost)
            {
                // The connection broke, as it was meant to.
            }
        }
    }

    private static Task WorkAsync(WorkEngine engine, WorkConnection connection, SessionOptions options) =>
        engine.WorkAsync(WorkEngine.Exclusive, OpeningStrategy.Fail, connection, options);
}
