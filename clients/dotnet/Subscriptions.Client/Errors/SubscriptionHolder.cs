using System.Globalization;

namespace Subscriptions.Client;

/// <summary>Who holds a subscription, as told to a worker that does not.</summary>
/// <param name="Name">As the holder calls itself; empty when unknown.</param>
/// <param name="Address">Where it is connected from; empty when unknown.</param>
/// <param name="Since">Since when; <see langword="null"/> when unknown.</param>
/// <param name="Strategy">How it opened the subscription; <see langword="null"/> when unknown.</param>
public sealed record SubscriptionHolder(string Name, string Address, DateTimeOffset? Since, OpeningStrategy? Strategy)
{
    internal static SubscriptionHolder From(ErrorDetails details) => new(
        details.Text("holder"),
        details.Text("holder_address"),
        DateTimeOffset.TryParse(
            details.Text("holder_since"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var since)
            ? since
            : null,
        WireNames.TryParse<OpeningStrategy>(details.Text("holder_strategy"), "OPENING_STRATEGY_", out var strategy) ? strategy : null);

    internal static SubscriptionHolder From(V1.Worker worker) => new(
        worker.Name,
        worker.Address,
        worker.ConnectedAt?.ToDateTimeOffset(),
        Mapping.Strategy(worker.Strategy));
}
