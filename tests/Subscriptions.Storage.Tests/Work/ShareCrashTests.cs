using Subscriptions.Core.Subscriptions;
using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Work;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>The whole engine is killed while workers share a subscription, nack, give up and are moved back.</summary>
[Trait("Category", "Crash")]
public sealed class ShareCrashTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileWorkersShareAndNack_NothingLostNothingResurrectedNothingTwice()
    {
        using var folder = new TemporaryFolder();
        var seed = CrashChild.Seed();
        var random = new Random(seed);
        var ledger = new ShareLedger();
        for (var kill = 0; kill < CrashChild.Kills(byDefault: 30); kill++)
        {
            var lines = kill % 10 == 9 ? 0 : (int)Math.Pow(2, random.NextDouble() * 13);
            var lull = TimeSpan.FromMicroseconds(lines == 0 ? random.Next(200_000) : random.Next(2_000));
            try
            {
                ledger.Record(await CrashChild.RunAsync("share", folder["data"], seed + (kill * 10), lines, lull, Cancellation));
                ledger.FoundGivenUp(await ReadGivenUpAsync(folder["data"]));
                if (kill % 10 == 9) await VerifyAsync(folder["data"], ledger);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"CRASH_SEED={seed}, kill {kill}: {e.Message}", e);
            }
        }

        await VerifyAsync(folder["data"], ledger);
        TestContext.Current.TestOutputHelper?.WriteLine($"CRASH_SEED={seed}: {ledger.Confirmed} confirms, {ledger.GivenUp} items given up");
        Assert.NotEqual(0, ledger.Confirmed);
        Assert.NotEqual(0, ledger.GivenUp);
    }

    private static async Task VerifyAsync(string path, ShareLedger ledger)
    {
        var printed = await CrashChild.RunToEndAsync("share-drain", path, 0, Cancellation);
        ledger.Record(printed.Where(line => line != CrashJournal.Ready));

        var deadLetters = await ReadGivenUpAsync(path);
        using var folder = DataFolder.Open(path);
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Shared);
        ledger.VerifyDrained(await StoredLog.ReadAsync(engine), deadLetters);
    }

    private static async Task<IReadOnlyList<FailedItem>> ReadGivenUpAsync(string path)
    {
        using var folder = DataFolder.Open(path);
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Shared);
        var found = new List<FailedItem>();
        var token = "";
        do
        {
            var page = await engine.Shop.Subscriptions.FailedItems.ListAsync(WorkEngine.Shared, FailedItemKind.DeadLetter, 1000, token, Cancellation);
            found.AddRange(page.Items);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        return found;
    }
}
