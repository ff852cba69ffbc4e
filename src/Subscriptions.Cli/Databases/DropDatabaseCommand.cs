using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db drop</c>. Asks in a terminal, because it cannot be undone; scripts are not asked.</summary>
internal sealed class DropDatabaseCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The database." };
    private readonly Option<bool> _yes = Confirmation.Option();

    public DropDatabaseCommand()
        : base("drop", "Removes a database with its documents and subscriptions. Cannot be undone.", "subs db drop shop --yes")
    {
        Arguments.Add(_name);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var name = run.Value(_name);
        await Confirmation.AskAsync(
            run,
            run.Value(_yes),
            async () =>
            {
                var database = await run.Client.Databases.GetAsync(name, cancellationToken);
                return $"Drop '{Readable.Text(name)}' with {Readable.Count(database.DocumentCount, "document")} for good?";
            },
            $"database '{name}' was kept",
            cancellationToken);

        await run.Client.Databases.DropAsync(name, cancellationToken);
        run.Print.Done($"database '{name}' dropped", json =>
        {
            json.WriteString("name", name);
            json.WriteBoolean("dropped", true);
        });
    }
}
