using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Importing;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db restore</c>. Asks in a terminal before a database is replaced; scripts are not asked.</summary>
internal sealed class RestoreDatabaseCommand : CliCommand
{
    private readonly DatabaseView _view = new();
    private readonly Argument<string> _name = new("NAME") { Description = "What the database is to be called, whatever it was called when it was backed up." };
    private readonly Argument<string> _file = new("FILE") { Description = "The backup; - is standard input." };
    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "Replaces a database of that name. Its subscriptions stay; readers that are further than the backup are sent back to it.",
    };

    private readonly Option<bool> _yes = Confirmation.Option();

    public RestoreDatabaseCommand()
        : base("restore", "Makes a database of a backup.", "subs db restore shop shop.backup --replace")
    {
        Arguments.Add(_name);
        Arguments.Add(_file);
        Options.Add(_replace);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var (name, replace) = (run.Value(_name), run.Value(_replace));
        await using var source = ImportSource.Open(run.Value(_file), run.Host.Terminal);
        await Confirmation.AskAsync(
            run,
            !replace || run.Value(_yes),
            () => Task.FromResult($"Replace '{Readable.Text(name)}', if it exists, by the backup for good?"),
            $"database '{name}' was kept",
            cancellationToken);

        var database = await TransferBar.RunAsync(
            run, name, progress => run.Client.Databases.RestoreAsync(name, source.Stream, replace, progress, cancellationToken));
        run.Print.Done(
            $"database '{name}' restored with {Readable.Count(database.DocumentCount, "document")}", json => _view.WriteJson(json, database));
    }
}
