namespace Subscriptions.Client;

/// <summary>
/// A worker could not get an accepted connection for <see cref="SubscriptionWorkerOptions.MaxErroneousPeriod"/>.
/// <see cref="Exception.InnerException"/> is the last failure, whose reason and metadata this exception repeats.
/// </summary>
public sealed class WorkerGaveUpException : SubscriptionsException
{
    internal WorkerGaveUpException(string message, IReadOnlyList<SubscriptionsException> recentFailures, int attempts, TimeSpan period)
        : base(recentFailures[^1].Details with { Message = message, IsRetryable = false }, recentFailures[^1])
    {
        RecentFailures = recentFailures;
        Attempts = attempts;
        Period = period;
    }

    /// <summary>The failures of these attempts, the latest 10 of them, oldest first.</summary>
    public IReadOnlyList<SubscriptionsException> RecentFailures { get; }

    /// <summary>How often the worker tried in this period.</summary>
    public int Attempts { get; }

    /// <summary>How long it had been trying since the first failure.</summary>
    public TimeSpan Period { get; }
}
