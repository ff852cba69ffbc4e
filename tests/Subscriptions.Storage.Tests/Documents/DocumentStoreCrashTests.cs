using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Writes;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Tests.Crash;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

[Trait("Category", "Crash")]
public sealed class DocumentStoreCrashTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileWritersWrite_KeepsEveryAnswerAndTearsNothing()
    {
        using var crashes = new CrashSeries("writes", kills: 40);
        var ledger = new WriteLedger();

        await crashes.RunAsync(
            round =>
            {
                ledger.Record(round.Printed);
                return VerifyAsync(crashes.Folder, ledger);
            },
            Cancellation);

        crashes.Report($"{ledger.Answered} requests");
        Assert.NotEqual(0, ledger.Answered);
    }

    // The limit on file sizes that stands in for a full disk is Linux's: elsewhere this fails.
    [Fact(Timeout = TimeLimit)]
    public async Task NoSpace_WhileAWriterWrites_FailsAndGoesOnWhenThereIsSpace()
    {
        using var folder = new TemporaryFolder();

        var printed = (await CrashChild.RunToEndAsync("writes-no-space", folder["data"], 0, Cancellation)).Where(l => l != CrashJournal.Ready).ToList();

        var phases = printed.Select(line => WriteLine.Parse(line).Phase).ToList();
        Assert.Single(phases, WritePhase.Failed);
        Assert.Equal(3, phases.SkipWhile(phase => phase != WritePhase.Failed).Count(phase => phase == WritePhase.Done));
        var ledger = new WriteLedger();
        ledger.Record(printed);
        await VerifyAsync(folder["data"], ledger);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_AnotherProcessHasTheFolder_IsRefusedNamingIt()
    {
        using var folder = new TemporaryFolder();
        using var held = DataFolder.Open(folder["data"]);

        var printed = await CrashChild.RunRefusedAsync("open", folder["data"], Cancellation);

        Assert.StartsWith($"{CrashJournal.Fault} {StoreFault.InUse} ", printed, StringComparison.Ordinal);
        Assert.Contains(folder["data"], printed, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), printed, StringComparison.Ordinal);
    }

    private static async Task VerifyAsync(string path, WriteLedger ledger)
    {
        using var folder = DataFolder.Open(path);
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        await using var store = await WriteValues.OpenAsync(provider, new IgnoringObserver());
        var stored = new Dictionary<string, Change>();
        foreach (var partition in store.Partitions)
        {
            var everything = new ReadLimits(int.MaxValue, long.MaxValue);
            var page = await store.ReadChangesAsync(partition.Partition, 0, everything, Cancellation);
            foreach (var change in page.Changes) Assert.True(stored.TryAdd(change.Id, change), $"{change.Id} stands in the log twice");
        }

        ledger.Verify(store.Partitions, stored);
    }
}
