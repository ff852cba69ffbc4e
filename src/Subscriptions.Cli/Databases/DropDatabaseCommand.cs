using System.CommandLine;
using Spectre.Console;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db drop</c>. Asks in a terminal, because it cannot be undone; scripts are not asked.</summary>
internal sealed class DropDatabaseCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The database." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask. Nobody is asked either when this is no terminal." };

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
        if (!await ConfirmAsync(run, name, cancellationToken))
        {
            throw new CommandFailedException($"database '{name}' was kept");
        }

        await run.Client.Databases.DropAsync(name, cancellationToken);
        run.Print.Done($"database '{name}' dropped", json =>
        {
            json.WriteString("name", name);
            json.WriteBoolean("dropped", true);
        });
    }

    private async Task<bool> ConfirmAsync(Invocation run, string name, CancellationToken cancellationToken)
    {
        var terminal = run.Host.Terminal;
        if (run.Value(_yes) || run.Print.IsJson || !terminal.Traits.IsInputTerminal || !terminal.Traits.IsErrorTerminal) return true;

        var database = await run.Client.Databases.GetAsync(name, cancellationToken);
        var question = $"Drop '{Readable.Text(name)}' with {Readable.Count(database.DocumentCount, "document")} for good?";
        return await new ConfirmationPrompt(Markup.Escape(question)) { DefaultValue = false }.ShowAsync(terminal.Notices, cancellationToken);
    }
}
