namespace Subscriptions.Client;

/// <summary>A subscription's figures and recent history at one moment.</summary>
/// <param name="Figures">How it is doing.</param>
/// <param name="Connections">The last 50 connections that are over, and all that are not, by when they asked.</param>
/// <param name="Batches">The last 200 batches, by when they were sent.</param>
public sealed record SubscriptionSnapshot(
    SubscriptionFigures Figures, IReadOnlyList<ConnectionInfo> Connections, IReadOnlyList<BatchInfo> Batches);
