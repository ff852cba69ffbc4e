using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription set-cursor</c>.</summary>
internal sealed class SetCursorCommand : SubscriptionCommand
{
    private readonly SubscriptionView _view = new();
    private readonly Argument<string> _position = new("POSITION") { Description = $"Where to go on: {CursorText.Forms}." };

    public SetCursorCommand()
        : base(
            "set-cursor",
            "Moves a subscription's cursor; its workers reconnect and go on from there.",
            "subs subscription set-cursor shipping beginning -d shop",
            "subs subscription set-cursor shipping 'p0:1200-00c3a1b2c3d4e5f6' -d shop") => Arguments.Add(_position);

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var cursor = CursorText.Parse(run.Value(_position));
        var subscription = await run.Client.Subscriptions.SetCursorAsync(database, name, cursor, cancellationToken);
        run.Print.Done($"subscription '{name}' goes on from {cursor}", json => _view.WriteJson(json, subscription));
    }
}
