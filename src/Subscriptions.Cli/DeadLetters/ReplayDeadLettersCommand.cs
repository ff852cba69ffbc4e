using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.DeadLetters;

/// <summary><c>subs dead-letters replay</c>.</summary>
internal sealed class ReplayDeadLettersCommand : SettleCommand
{
    public ReplayDeadLettersCommand()
        : base(
            "replay",
            "Delivers dead letters again, in their documents' newest versions, their attempts counted afresh.",
            "subs dead-letters replay shipping orders/1 orders/7 -d shop",
            "subs dead-letters replay shipping --all -d shop")
    {
    }

    /// <inheritdoc/>
    protected override Task<long> SettleAllAsync(DeadLettersClient client, string database, string name, CancellationToken cancellationToken) =>
        client.ReplayAllAsync(database, name, cancellationToken);

    /// <inheritdoc/>
    protected override Task<long> SettleAsync(
        DeadLettersClient client, string database, string name, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        client.ReplayAsync(database, name, ids, cancellationToken);

    /// <inheritdoc/>
    protected override void Print(Invocation run, string name, long count) =>
        run.Print.Done($"{Readable.Count(count, "dead letter")} to be delivered again", json =>
        {
            json.WriteString("name", name);
            json.WriteNumber("replayed", count);
        });
}
