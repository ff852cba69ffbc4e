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
        using var crashes = new CrashSeries("acks", kills: 50);
        var ledger = await StartAsync(crashes.Folder);

        await crashes.RunAsync(
            async round =>
            {
                ledger.Record(round.Printed);
                ledger.Verify(await ReadAsync(crashes.Folder));
            },
            Cancellation);

        crashes.Report($"{ledger.Promises} promises kept");
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
