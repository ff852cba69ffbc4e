using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Hosting;

/// <summary>The program: from a command line to an exit code.</summary>
internal sealed class CliProgram
{
    private static readonly ParserConfiguration Parsing = new()
    {
        // A document's id may begin with '@'.
        ResponseFileTokenReplacer = null,
    };

    private readonly CliHost _host;
    private readonly CommonOptions _common = new();
    private readonly CommandTree _tree;

    public CliProgram(CliHost host)
    {
        _host = host;
        _tree = new CommandTree(_common);
        foreach (var option in _tree.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        }

        foreach (var command in _tree.All()) command.SetAction((parsed, token) => RunAsync(command, parsed, token));
    }

    /// <summary>Does what the command line says. Throws for nothing but faults of the program itself.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var parsed = _tree.Parse(args, Parsing);
        if (parsed.Action is ParseErrorAction) return Complain(parsed);

        var configuration = new InvocationConfiguration
        {
            Output = _host.Terminal.Output,
            Error = _host.Terminal.Error,
            EnableDefaultExceptionHandler = false,

            // Signals are this program's own affair: see Interruption.
            ProcessTerminationTimeout = null,
        };
        try
        {
            var exitCode = await parsed.InvokeAsync(configuration, cancellationToken);
            await _host.Terminal.Output.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (IOException e) when (StandardOutput.IsClosed(e))
        {
            return ExitCode.OutputClosed;
        }
        catch (IOException e)
        {
            return Fail(parsed, e, null);
        }
    }

    private async Task<int> RunAsync(CliCommand command, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var run = new Invocation(parsed, _common, _host);
        try
        {
            await command.RunAsync(run, cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return _host.InterruptedExitCode();
        }
        catch (CommandFailedException e) when (e.IsTold)
        {
            return ExitCode.Failed;
        }
        catch (UsageException e)
        {
            return Fail(parsed, new UsageException($"{e.Message}. See 'subs {PathOf(command)} --help'."), null);
        }
        catch (Exception e) when (e is not IOException && Failure.From(e, run.KnownServer) is not null)
        {
            return Fail(parsed, e, run.KnownServer);
        }
    }

    private int Fail(ParseResult parsed, Exception exception, Uri? server)
    {
        var failure = Failure.From(exception, server) ?? throw new InvalidOperationException("No failure that is known.", exception);
        new Printer(_host.Terminal, parsed.GetValue(_common.Json)).Failure(failure);
        return failure.ExitCode;
    }

    private int Complain(ParseResult parsed) =>
        Fail(parsed, new UsageException(Misuse.Describe(parsed, PathOf(parsed.CommandResult.Command))), null);

    private string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (Symbol? symbol = command; symbol is not null && symbol != _tree; symbol = symbol.Parents.FirstOrDefault()) names.Push(symbol.Name);
        return string.Join(' ', names);
    }
}
