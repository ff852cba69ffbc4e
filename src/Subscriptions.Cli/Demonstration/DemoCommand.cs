using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration;

/// <summary><c>subs demo</c>.</summary>
internal sealed class DemoCommand : CliCommand
{
    private readonly Option<string> _server = new("--server-binary")
    {
        Description = "The server's program (default: the one that was built beside this one).",
        HelpName = "PATH",
    };

    private readonly Option<string> _worker = new("--worker-binary")
    {
        Description = "The program of the OrderShipping sample (default: the one that was built beside this one).",
        HelpName = "PATH",
    };

    private readonly Option<string> _orders = new("--orders")
    {
        Description = "The orders to import (default: the sample's).",
        HelpName = "FILE",
    };

    public DemoCommand()
        : base(
            "demo",
            "Shows the main job, on a server of its own: imports orders, ships them with a worker, kills the server in the middle, starts it "
                + "again, hands over to a second worker, and checks that nothing was lost and nothing confirmed came twice.",
            "subs demo",
            "subs demo --server-binary ./artifacts/bin/subscriptions-server")
    {
        Options.Add(_server);
        Options.Add(_worker);
        Options.Add(_orders);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var narrator = new DemoNarrator(run.Host.Terminal, run.Print);
        try
        {
            var files = DemoFiles.Find(run.Value(_server), run.Value(_worker), run.Value(_orders));
            var (verdict, elapsed) = await new DemoScenario(files, run.Host, narrator).RunAsync(cancellationToken);
            TellSuccess(run, narrator, verdict, elapsed);
        }
        catch (DemoFailedException e)
        {
            TellFailure(run, narrator, e.Message);
            throw new CommandFailedException(e.Message, e) { IsTold = true };
        }
    }

    private static void TellSuccess(Invocation run, DemoNarrator narrator, ShippingVerdict verdict, TimeSpan elapsed)
    {
        if (!run.Print.IsJson)
        {
            var figures = $"{Readable.Count(verdict.Shipped, "order")} shipped, {Readable.Number(verdict.Confirmed)} confirmed, none of those twice; "
                + $"{Readable.Number(verdict.Repeats)} unconfirmed came again; server killed once, 2 workers, {Readable.Duration(elapsed)}";
            narrator.End("demo ok", figures, Tone.Pleasing);
            return;
        }

        run.Print.Json(json =>
        {
            json.WriteBoolean("ok", true);
            json.WriteNumber("shipped", verdict.Shipped);
            json.WriteNumber("confirmed", verdict.Confirmed);
            json.WriteNumber("repeats", verdict.Repeats);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        });
    }

    private static void TellFailure(Invocation run, DemoNarrator narrator, string why)
    {
        if (!run.Print.IsJson)
        {
            narrator.End("demo failed", why, Tone.Alarming);
            return;
        }

        run.Print.Json(json =>
        {
            json.WriteBoolean("ok", false);
            json.WriteString("error", why);
        });
    }
}
