using Subscriptions.Core.Concurrency;

namespace Subscriptions.Core.Feeds;

/// <summary>
/// Turns at reading, filtering and writing rows: feeds of one lane do it one after the other, so that however many there are, they leave processors to
/// those who write documents. Thread-safe.
/// </summary>
/// <param name="count">How many lanes; less than one is taken for one.</param>
internal sealed class FeedLanes(int count)
{
    private readonly Turnstile[] _lanes = [.. Enumerable.Range(0, Math.Max(1, count)).Select(_ => new Turnstile())];
    private uint _next;

    /// <summary>The lane of another feed.</summary>
    public Turnstile Next() => _lanes[Interlocked.Increment(ref _next) % (uint)_lanes.Length];
}
