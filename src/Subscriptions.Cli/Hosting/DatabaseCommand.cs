using System.CommandLine;

namespace Subscriptions.Cli.Hosting;

/// <summary>A command within one database.</summary>
internal abstract class DatabaseCommand : CliCommand
{
    private readonly Option<string> _database = CommonOptions.Database();

    protected DatabaseCommand(string name, string description, params string[] examples)
        : base(name, description, examples) => Options.Add(_database);

    /// <inheritdoc/>
    public sealed override Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var database = run.Text(_database, CommonOptions.DatabaseVariable)
            ?? throw new UsageException($"which database? Name it with -d DB, or set {CommonOptions.DatabaseVariable}");
        return RunAsync(run, database, cancellationToken);
    }

    /// <summary>Does the work.</summary>
    protected abstract Task RunAsync(Invocation run, string database, CancellationToken cancellationToken);
}
