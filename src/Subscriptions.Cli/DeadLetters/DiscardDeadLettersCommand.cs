using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.DeadLetters;

/// <summary><c>subs dead-letters discard</c>.</summary>
internal sealed class DiscardDeadLettersCommand : SettleCommand
{
    public DiscardDeadLettersCommand()
        : base(
            "discard",
            "Forgets dead letters; the documents themselves are not touched.",
            "subs dead-letters discard shipping orders/1 -d shop",
            "subs dead-letters discard shipping --all -d shop")
    {
    }

    /// <inheritdoc/>
    protected override Task<long> SettleAllAsync(DeadLettersClient client, string database, string name, CancellationToken cancellationToken) =>
        client.DiscardAllAsync(database, name, cancellationToken);

    /// <inheritdoc/>
    protected override Task<long> SettleAsync(
        DeadLettersClient client, string database, string name, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        client.DiscardAsync(database, name, ids, cancellationToken);

    /// <inheritdoc/>
    protected override void Print(Invocation run, string name, long count) =>
        run.Print.Done($"{Readable.Count(count, "dead letter")} discarded", json =>
        {
            json.WriteString("name", name);
            json.WriteNumber("discarded", count);
        });
}
