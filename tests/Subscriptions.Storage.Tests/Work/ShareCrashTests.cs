using Subscriptions.Core.Subscriptions;
using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Work;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
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
        using var crashes = new CrashSeries("share", kills: 30) { LinesPower = 13, LongestOpening = TimeSpan.FromMilliseconds(200) };
        var ledger = new ShareLedger();

        await crashes.RunAsync(
            async round =>
            {
                ledger.Record(round.Printed);
                ledger.FoundGivenUp(await ReadGivenUpAsync(crashes.Folder));
                if (round.WasOpening) await VerifyAsync(crashes.Folder, ledger);
            },
            Cancellation);

        await VerifyAsync(crashes.Folder, ledger);
        crashes.Report($"{ledger.Confirmed} confirms, {ledger.GivenUp} items given up");
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
