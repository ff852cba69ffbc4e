using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription rename</c>.</summary>
internal sealed class RenameSubscriptionCommand : SubscriptionCommand
{
    private readonly SubscriptionView _view = new();
    private readonly Argument<string> _newName = new("NEW-NAME") { Description = "What it is to be called." };

    public RenameSubscriptionCommand()
        : base("rename", "Renames a subscription. Its progress and its workers stay.", "subs subscription rename shipping versand -d shop") =>
        Arguments.Add(_newName);

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var newName = run.Value(_newName);
        var subscription = await run.Client.Subscriptions.RenameAsync(database, name, newName, cancellationToken);
        run.Print.Done($"subscription '{name}' is now '{subscription.Definition.Name}'", json => _view.WriteJson(json, subscription));
    }
}
