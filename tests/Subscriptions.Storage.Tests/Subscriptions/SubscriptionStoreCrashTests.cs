using Subscriptions.Core.Subscriptions;
using Subscriptions.CrashDriver.Acks;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;
using Subscriptions.Storage.Tests.Crash;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Subscriptions;

[Trait("Category", "Crash")]
public sealed class SubscriptionStoreCrashTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileWorkersAck_KeepsEveryPromise()
    {
        using var folder = new TemporaryFolder();
        var seed = CrashChild.Seed();
        var random = new Random(seed);
        var ledger = await StartAsync(folder["data"]);
        for (var kill = 0; kill < CrashChild.Kills(byDefault: 50); kill++)
        {
            // As often early as late: after few answers, after many, and now and then before the first.
            var lines = kill % 10 == 9 ? 0 : (int)Math.Pow(2, random.NextDouble() * 12);
            var lull = TimeSpan.FromMicroseconds(lines == 0 ? random.Next(150_000) : random.Next(2_000));
            var printed = await CrashChild.RunAsync("acks", folder["data"], seed + kill, lines, lull, Cancellation);
            try
            {
                ledger.Record(printed);
                ledger.Verify(await ReadAsync(folder["data"]));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"CRASH_SEED={seed}, kill {kill}: {e.Message}", e);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"CRASH_SEED={seed}: {ledger.Promises} promises kept");
        Assert.NotEqual(0, ledger.Promises);
    }

    // The limit on file sizes that stands in for a full disk is Linux's: elsewhere this fails.
    [Fact(Timeout = TimeLimit)]
    public async Task NoSpace_WhileAWorkerSaves_FailsAndGoesOnWhenThereIsSpace()
    {
        using var folder = new TemporaryFolder();
        await StartAsync(folder["data"]);

        var steps = (await CrashChild.RunToEndAsync("acks-no-space", folder["data"], 0, Cancellation)).Select(AckStep.Parse).ToList();

        Assert.Single(steps, step => step.Phase == AckPhase.Failed);
        Assert.Equal(3, steps.SkipWhile(step => step.Phase != AckPhase.Failed).Count(step => step.Phase == AckPhase.Done));
        var found = Assert.Single(await ReadAsync(folder["data"]));
        Assert.Equal(AckValues.Cursor(steps[^1].Seqno), found.Subscription.Progress.Cursor);
    }

    private static async Task<AckLedger> StartAsync(string path)
    {
        using var folder = DataFolder.Open(path);
        await using var store = SqliteSubscriptionStore.Open(folder, TimeProvider.System);
        var shared = AckValues.Subscription(SubscriptionId.Create().Value, AckValues.SharedName, 0);
        Assert.True(await store.CreateAsync(shared, Cancellation));
        return new AckLedger(shared.Id.Value);
    }

    private static async Task<IReadOnlyList<AckFinding>> ReadAsync(string path)
    {
        using var folder = DataFolder.Open(path);
        IReadOnlyList<AckFinding> found;
        await using (var store = SqliteSubscriptionStore.Open(folder, TimeProvider.System)) found = await AckFinding.ReadAllAsync(store);

        // A subscription is deleted with its failed items or not at all.
        using var connection = SqliteConnection.Open(Path.Combine(path, SubscriptionFileFormat.FileName), SqliteAccess.Read);
        Assert.Equal(0, connection.ReadInt64("select count(*) from failed_items where subscription not in (select id from subscriptions)"));
        return found;
    }
}
