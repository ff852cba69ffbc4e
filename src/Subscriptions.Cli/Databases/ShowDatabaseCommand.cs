using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db show</c>.</summary>
internal sealed class ShowDatabaseCommand : CliCommand
{
    private readonly DatabaseView _view = new();
    private readonly Argument<string> _name = new("NAME") { Description = "The database." };

    public ShowDatabaseCommand()
        : base("show", "Tells where a database and its partitions stand.", "subs db show shop") => Arguments.Add(_name);

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken) =>
        run.Print.One(_view, await run.Client.Databases.GetAsync(run.Value(_name), cancellationToken));
}
