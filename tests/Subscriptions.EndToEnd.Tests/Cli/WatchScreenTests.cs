using Subscriptions.Cli.Watching;
using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>The picture of a watched subscription.</summary>
public sealed class WatchScreenTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_Snapshot_ShowsLagWorkersBatchesAndEnds()
    {
        var model = new WatchModel();
        model.Apply(new SubscriptionWatchEvent.Snapshot(Start, new SubscriptionSnapshot(FiguresOf(items: 0), [Refused(), Active(0)], [Batch(1, 10, 90)])));
        model.Apply(new SubscriptionWatchEvent.Figures(Start.AddSeconds(2), FiguresOf(items: 200)));

        var text = Text(model);

        Assert.StartsWith("shipping  in shop  active, 1 worker\nfrom Orders\n", text, StringComparison.Ordinal);
        Assert.Contains("lag        1,000 changes, the oldest 3.0 s ago, drains in about 10.0 s", text, StringComparison.Ordinal);
        Assert.Contains("sent       200 items  100/s", text, StringComparison.Ordinal);
        Assert.Contains("2 dead letters, 1 retry", text, StringComparison.Ordinal);
        Assert.Matches("● w1 +take-over +token 7 +for 5.0 s +100/s  1 batch out, last ack 3.0 s ago", text);
        Assert.Matches("#1  w1 +10 items +1.0 KiB  █+▒+ +10 ms \\+ 90 ms +confirmed", text);
        Assert.Matches("12:00:00  w2 +fail +refused: The subscription is in use by worker 'w1'", text);
    }

    [Fact]
    public void Lines_SmallScreen_FitIntoIt()
    {
        var model = new WatchModel();
        var batches = Enumerable.Range(1, 200).Select(i => Batch(i, i, 2 * i)).ToList();
        model.Apply(new SubscriptionWatchEvent.Snapshot(Start, new SubscriptionSnapshot(FiguresOf(0), [Refused(), Active(0)], batches)));

        for (var height = 3; height < 60; height++)
        {
            var lines = WatchScreen.Lines(model, "shop", width: 60, height);
            Assert.InRange(lines.Count, 1, height - 1);
            Assert.All(lines, line => Assert.InRange(line.Text.Length, 0, 59));
        }
    }

    [Fact]
    public void Lines_TextFromElsewhere_DoesNoHarm()
    {
        var model = new WatchModel();
        model.Apply(new SubscriptionWatchEvent.Snapshot(Start, new SubscriptionSnapshot(FiguresOf(0), [], [])));
        model.Apply(new SubscriptionWatchEvent.ItemFailed(Start, "o\u001b[2J", "w[red]", "no\nstock", ItemFate.DeadLettered));

        var text = Text(model);

        Assert.Contains("o\\u001b[2J", text, StringComparison.Ordinal);
        Assert.Contains("w[red]", text, StringComparison.Ordinal);
        Assert.Contains("given up: no\\u000astock", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ManyEvents_KeepsTheLast()
    {
        var model = new WatchModel();
        for (var i = 1; i <= 500; i++)
        {
            model.Apply(new SubscriptionWatchEvent.Batch(Start, Batch(i, 1, 1)));
            model.Apply(new SubscriptionWatchEvent.Connection(Start, Refused() with { Id = i }));
            model.Apply(new SubscriptionWatchEvent.ItemFailed(Start, $"o{i}", "w", "no", ItemFate.Retried));
        }

        Assert.Equal((50, 50, 10), (model.Batches.Count(), model.Over.Count(), model.Failures.Count()));
        Assert.Equal((500, "o500"), (model.Batches.First().Number, model.Failures.First().Id));
    }

    private static string Text(WatchModel model) => string.Join('\n', WatchScreen.Lines(model, "shop", 140, 60).Select(l => l.Text));

    private static SubscriptionFigures FiguresOf(long items) => new(
        new SubscriptionDefinition("shipping", "from Orders"), "p0:1-0000000000000001", 1000, TimeSpan.FromSeconds(3), Start, 1, 2, 1, 10,
        new DeliveryCounts(1, items, 0, 1024, items, 0, 1, 0, 0, 0, 0, 0, 0), [Active(items)], null);

    private static ConnectionInfo Active(long items) => new(
        2, new WorkerInfo("w1", "127.0.0.1", Start, OpeningStrategy.TakeOver, 7, 1), ConnectionState.Active, Start.AddSeconds(-3))
    {
        GrantedAt = Start.AddSeconds(-3),
        Items = items,
        LastAckAt = Start.AddSeconds(-1),
    };

    private static ConnectionInfo Refused() => new(
        1, new WorkerInfo("w2", "127.0.0.1", Start, OpeningStrategy.Fail, 0, 0), ConnectionState.Refused, Start)
    {
        EndedAt = Start,
        EndReason = ErrorReason.InUse,
        EndMessage = "The subscription is in use by worker 'w1'.",
    };

    private static BatchInfo Batch(long number, int sendMs, int waitMs) => new(number, 2, number, BatchState.Confirmed)
    {
        WorkerName = "w1",
        Items = 10,
        Attempt = 1,
        Bytes = 1024,
        SendingAt = Start,
        SentAt = Start.AddMilliseconds(sendMs),
        AckedAt = Start.AddMilliseconds(sendMs + waitMs),
        EndedAt = Start.AddMilliseconds(sendMs + waitMs + 1),
    };
}
