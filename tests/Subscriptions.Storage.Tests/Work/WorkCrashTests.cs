using Subscriptions.CrashDriver.Work;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
using Subscriptions.TestKit;
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
        using var folder = new TemporaryFolder();
        var seed = CrashChild.Seed();
        var random = new Random(seed);
        var ledger = new WorkLedger();
        for (var kill = 0; kill < CrashChild.Kills(byDefault: 40); kill++)
        {
            var lines = kill % 10 == 9 ? 0 : (int)Math.Pow(2, random.NextDouble() * 13);
            var lull = TimeSpan.FromMicroseconds(lines == 0 ? random.Next(200_000) : random.Next(2_000));
            try
            {
                ledger.Record(await CrashChild.RunAsync("work", folder["data"], seed + (kill * 10), lines, lull, Cancellation));
                if (kill % 10 == 9) await VerifyAsync(folder["data"], ledger);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"CRASH_SEED={seed}, kill {kill}: {e.Message}", e);
            }
        }

        await VerifyAsync(folder["data"], ledger);
        TestContext.Current.TestOutputHelper?.WriteLine($"CRASH_SEED={seed}: {ledger.Answered} writes, {ledger.Confirmed} changes confirmed");
        Assert.NotEqual(0, ledger.Confirmed);
    }

    private static async Task VerifyAsync(string path, WorkLedger ledger)
    {
        var printed = await CrashChild.RunToEndAsync("drain", path, 0, Cancellation);
        ledger.Record(printed.Where(line => line != CrashDriver.CrashJournal.Ready));

        using var folder = DataFolder.Open(path);
        await using var engine = await WorkEngine.OpenAsync(folder, WorkEngine.Exclusive);
        ledger.VerifyDrained(await StoredLog.ReadAsync(engine));
    }
}
