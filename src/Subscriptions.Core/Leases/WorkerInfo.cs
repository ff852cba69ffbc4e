namespace Subscriptions.Core.Leases;

/// <summary>Who works, or wants to.</summary>
/// <param name="Name">As the worker calls itself.</param>
/// <param name="Address">Where it is connected from.</param>
/// <param name="Strategy">How it opened.</param>
/// <param name="ConnectedAt">Since when.</param>
public sealed record WorkerInfo(string Name, string Address, OpeningStrategy Strategy, DateTimeOffset ConnectedAt);
