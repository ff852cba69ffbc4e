using Subscriptions.Core.Feeds;

namespace Subscriptions.Core.Streams;

/// <summary>What all connections for partition streams share. Thread-safe.</summary>
/// <param name="Feeds">What they share with feeds: the clock, the timer, turns at reading.</param>
/// <param name="MaxConnections">The most connections at a time.</param>
/// <param name="MaxStreams">The most streams of one connection.</param>
public sealed record StreamServices(FeedServices Feeds, int MaxConnections, int MaxStreams)
{
    /// <summary>What it comes to.</summary>
    public StreamFigures Figures { get; } = new();
}
