using Subscriptions.CrashDriver.Scan;
using Subscriptions.Storage.Tests.Crash;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>A million documents, of which one in ten thousand matches.</summary>
public sealed class ScanResumeTests
{
    private const int SaveEvery = 10_000;

    [Fact]
    public async Task Kill_InTheMiddleOfALongScan_GoesOnFromWhereItWas()
    {
        using var folder = new TemporaryFolder();
        var cancelled = TestContext.Current.CancellationToken;
        await CrashChild.RunToEndAsync("scan-write", folder.FullPath, 0, cancelled);

        var killed = Parse(await CrashChild.RunAsync("scan", folder.FullPath, 0, lines: ScanPlan.Matches / 2, TimeSpan.Zero, cancelled));
        var resumed = Parse(await CrashChild.RunToEndAsync("scan", folder.FullPath, 0, cancelled));

        // The scan had come at least as far as where it found the last document.
        var (reached, start) = (killed[^1].Changes, resumed[0].Changes);
        Assert.InRange(start, reached - SaveEvery, ScanPlan.Documents);
        Assert.InRange(resumed[^1].Changes, 1, ScanPlan.Documents - start);
        var found = killed.Concat(resumed).Where(l => l.Event == ScanEvent.Found).Select(l => l.Id).ToHashSet();
        Assert.Equal(Enumerable.Range(0, ScanPlan.Documents).Where(ScanPlan.IsMatch).Select(ScanPlan.Id), found.Order(StringComparer.Ordinal));

        // What was found before the stored cursor does not come again.
        var before = killed.Where(l => l.Event == ScanEvent.Found && l.Changes <= start).Select(l => l.Id);
        Assert.DoesNotContain(resumed, l => before.Contains(l.Id));
    }

    private static List<ScanLine> Parse(IEnumerable<string> lines) => [.. lines.Select(ScanLine.Parse)];
}
