using Spectre.Console;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary><c>subs subscription watch</c>.</summary>
internal sealed class WatchCommand : SubscriptionCommand
{
    public WatchCommand()
        : base(
            "watch",
            "Shows a subscription live: lag, workers, batches, connections. In a terminal a picture, else a line an event. Ctrl-C ends it.",
            "subs subscription watch shipping -d shop",
            "subs subscription watch shipping -d shop --json | jq -r 'select(.event == \"itemFailed\") | .id'")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var events = run.Client.Monitoring.WatchAsync(database, name, cancellationToken);
        var terminal = run.Host.Terminal;
        try
        {
            if (run.Print.IsJson) await FollowAsync(run, events, new JsonWatchOutput(run.Print));
            else if (!terminal.Traits.IsOutputTerminal) await FollowAsync(run, events, new TextWatchOutput(run.Print));
            else await DrawAsync(terminal.Screen, database, events);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // There is no other way to end a watch, so this one is good.
        }
    }

    private static async Task FollowAsync(Invocation run, IAsyncEnumerable<SubscriptionWatchEvent> events, IWatchOutput output)
    {
        await foreach (var happening in events)
        {
            output.Show(happening);
            await run.Print.FlushAsync();
        }
    }

    private static async Task DrawAsync(IAnsiConsole screen, string database, IAsyncEnumerable<SubscriptionWatchEvent> events)
    {
        var model = new WatchModel();
        var drawn = default(DateTimeOffset);
        await screen.Live(new Text("…")).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            await foreach (var happening in events)
            {
                model.Apply(happening);

                // Figures come every second: whatever was left out here is drawn then at the latest.
                if (model.Now - drawn < TimeSpan.FromMilliseconds(100)) continue;
                drawn = model.Now;
                live.UpdateTarget(WatchScreen.Draw(model, database, screen.Profile.Width, screen.Profile.Height));
            }
        });
    }
}
