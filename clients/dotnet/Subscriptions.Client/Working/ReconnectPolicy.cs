namespace Subscriptions.Client;

/// <summary>
/// Decides whether and when a worker connects again: exponential back-off with full jitter, set back by the first message of a connection,
/// and an end to it after the erroneous period. Not thread-safe.
/// </summary>
internal sealed class ReconnectPolicy(TimeSpan maxDelay, TimeSpan maxErroneousPeriod, TimeProvider time, Random random)
{
    private static readonly TimeSpan FirstBound = TimeSpan.FromMilliseconds(250);

    /// <summary>The most failures that are remembered.</summary>
    private const int MostFailures = 10;

    private readonly Queue<SubscriptionsException> _failures = new(MostFailures);
    private long? _firstAttemptAt;

    /// <summary>Attempts since the last connection that was answered.</summary>
    public int Attempts { get; private set; }

    /// <summary>
    /// Since the first of these attempts. Time in which the application held the worker up before it is not counted.
    /// </summary>
    public TimeSpan Period => _firstAttemptAt is { } start ? time.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>What these attempts failed of, oldest first; at most 10.</summary>
    public IReadOnlyList<SubscriptionsException> RecentFailures => [.. _failures];

    /// <summary>An attempt begins.</summary>
    public void Attempting()
    {
        _firstAttemptAt ??= time.GetTimestamp();
        Attempts++;
    }

    /// <summary>The last attempt was good: what was before it does not count any more.</summary>
    public void Succeeded()
    {
        _firstAttemptAt = null;
        Attempts = 0;
        _failures.Clear();
    }

    /// <summary>A connection ended that may be made again.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="wasAnswered">Whether the server said anything on it.</param>
    /// <returns>The pause before the next attempt; <see langword="null"/>: give up.</returns>
    public TimeSpan? Failed(SubscriptionsException failure, bool wasAnswered)
    {
        if (wasAnswered)
        {
            Succeeded();
        }

        if (_failures.Count == MostFailures)
        {
            _failures.Dequeue();
        }

        _failures.Enqueue(failure);

        var delay = Jitter(Bound(Attempts));
        if (maxErroneousPeriod == Timeout.InfiniteTimeSpan)
        {
            return delay;
        }

        var left = maxErroneousPeriod - Period;
        if (left <= TimeSpan.Zero)
        {
            return null;
        }

        // The last attempt is made when the period is over, not some time before.
        return delay < left ? delay : left;
    }

    private TimeSpan Bound(int attempts)
    {
        // Beyond 2^20 every bound is above the longest pause that can be set.
        var bound = FirstBound * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return bound < maxDelay ? bound : maxDelay;
    }

    private TimeSpan Jitter(TimeSpan bound) => bound * random.NextDouble();
}
