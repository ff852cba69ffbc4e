using System.CommandLine;
using Subscriptions.Cli.Benchmarking.Report;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Programs;

namespace Subscriptions.Cli.Benchmarking;

/// <summary><c>subs bench</c>.</summary>
internal sealed class BenchCommand : CliCommand
{
    private readonly Argument<string[]> _scenarios = new("SCENARIO")
    {
        Description = $"What to measure: {string.Join(", ", BenchScenarios.Names)} (default: all).",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _documents = new Option<int?>("--docs")
    {
        Description = "How many documents a round delivers or writes (default: 200000, and 100000 for write-500); "
            + "a twentieth of it where they go one by one.",
        HelpName = "N",
    }.Between(BenchSettings.LeastDocuments, BenchSettings.MostDocuments);

    private readonly Option<int> _size = new Option<int>("--size")
    {
        Description = "How long a document's content is, in bytes.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => BenchSettings.UsualSize,
    }.Between(BenchSettings.LeastSize, BenchSettings.MostSize);

    private readonly Option<int?> _rounds = new Option<int?>("--rounds")
    {
        Description = "How many rounds are measured, after a warm-up; figures are their median (default: 5).",
        HelpName = "N",
    }.Between(1, BenchSettings.MostRounds);

    private readonly Option<int> _window = new Option<int>("--window")
    {
        Description = "How many batches a worker may have unacked; 1 is stop and wait.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.Between(1, BenchSettings.MostWindow);

    private readonly Option<bool> _quick = new("--quick") { Description = "Small numbers: shows in seconds that all works, and measures nothing." };
    private readonly Option<string> _data = new("--data")
    {
        Description = "The folder in which temporary data folders are made (default: the system's temporary folder).",
        HelpName = "DIR",
    };

    private readonly Option<bool> _markdown = new("--markdown") { Description = "Write the table in Markdown." };
    private readonly Option<string> _program = new("--server-binary")
    {
        Description = "The server's program (default: the one that was built beside this one).",
        HelpName = "PATH",
    };

    public BenchCommand()
        : base(
            "bench",
            "Measures how fast a server is, on one of its own with temporary data, or on the one that --server names. Results are checked: "
                + "a run that lost or repeated a document fails.",
            "subs bench",
            "subs bench drain-256 latency --rounds 10 --json",
            "subs bench write-500 --docs 1000000 --size 1000 --server http://127.0.0.1:50051")
    {
        _scenarios.Validators.Add(result =>
        {
            foreach (var fault in result.Tokens.Select(token => BenchScenarios.Fault(token.Value)).OfType<string>()) result.AddError(fault);
        });
        _scenarios.CompletionSources.Add([.. BenchScenarios.Names]);
        Arguments.Add(_scenarios);
        foreach (var option in (Option[])[_documents, _size, _rounds, _window, _quick, _markdown, _data, _program]) Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        if (run.Print.IsJson && run.Value(_markdown)) throw new UsageException("--json and --markdown cannot both be given");

        var settings = BenchSettings.From(
            run.Value(_documents), run.Value(_size), run.Value(_rounds), run.Value(_window), run.Value(_quick));
        var folder = Path.GetFullPath(run.Value(_data) ?? Path.GetTempPath());
        var stage = new BenchStage(settings, StartServer(run, folder), folder, run.Host.Time);
        var machine = MachineState.Before(run.IsServerGiven ? null : folder, run.Host.Time, cancellationToken);
        var figures = new List<BenchFigures>();
        await new BenchRun(stage, run.Print).RunAsync(
            BenchScenarios.Named(run.Value(_scenarios)),
            async found =>
            {
                figures.Add(found);
                if (!run.Print.IsJson) return;
                run.Print.Json(json => BenchJson.Write(json, found));
                await run.Print.FlushAsync();
            },
            cancellationToken);
        Tell(run, machine.After(), settings, figures);
    }

    private void Tell(Invocation run, MachineState machine, BenchSettings settings, List<BenchFigures> figures)
    {
        var terminal = run.Host.Terminal;
        if (run.Value(_markdown))
        {
            terminal.Output.Write(BenchMarkdown.Of(machine, settings, figures));
        }
        else if (!run.Print.IsJson)
        {
            BenchTable.Write(terminal, figures);
            terminal.Result($"{machine}\n", Tone.Quiet);
        }
    }

    private Func<CancellationToken, Task<BenchServer>> StartServer(Invocation run, string folder)
    {
        // Only when it is named on the command line: a server from the environment is there for other things than being put under load.
        if (run.IsServerGiven) return _ => Task.FromResult(BenchServer.Named(run.Server, run.Client));

        var program = Path.GetFullPath(run.Value(_program) ?? BuiltProgram.Server);
        if (!File.Exists(program))
        {
            throw new CommandFailedException($"the server is not at '{program}'; build it with 'make build', or name it with --server-binary");
        }

        return token => BenchServer.StartAsync(program, folder, token);
    }
}
