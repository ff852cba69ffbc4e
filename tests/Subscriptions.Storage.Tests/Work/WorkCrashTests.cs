using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Work;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>The whole engine is killed while it writes, delivers and saves acks.</summary>
[Trait("Category", "Crash")]
public sealed class WorkCrashTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileWritingAndWorking_NothingLostNothingConfirmedRepeated()
    {
        using var crashes = new CrashSeries("work", kills: 40) { LinesPower = 13, LongestOpening = TimeSpan.FromMilliseconds(200) };
        var ledger = new WorkLedger();

        await crashes.RunAsync(
            async round =>
            {
                ledger.Record(round.Printed);
                if (round.WasOpening) await VerifyAsync(crashes.Folder, ledger);
            },
            Cancellation);

        await VerifyAsync(crashes.Folder, ledger);
        crashes.Report($"{ledger.Answered} writes, {ledger.Confirmed} changes confirmed");
        Assert.NotEqual(0, ledger.Confirmed);
    }

    private static async Task VerifyAsync(string path, WorkLedger ledger)
    {
        var printed = await CrashChild.RunToEndAsync("drain", path, 0, Cancellation);
        ledger.Record(printed.Where(line => line != CrashJournal.Ready));

        using var folder = DataFolder.Open(path);
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Exclusive);
        ledger.VerifyDrained(await StoredLog.ReadAsync(engine));
    }
}
