namespace Subscriptions.Client;

/// <summary>A worker that is connected, or waits.</summary>
/// <param name="Name">As it calls itself.</param>
/// <param name="Address">Where it is connected from.</param>
/// <param name="ConnectedAt">Since when.</param>
/// <param name="Strategy">How it opened the subscription.</param>
/// <param name="FencingToken">The token that it was given; 0 while it waits.</param>
/// <param name="BatchesInFlight">Batches that it was sent and has not acked.</param>
public sealed record WorkerInfo(
    string Name,
    string Address,
    DateTimeOffset? ConnectedAt,
    OpeningStrategy Strategy,
    long FencingToken,
    int BatchesInFlight);
