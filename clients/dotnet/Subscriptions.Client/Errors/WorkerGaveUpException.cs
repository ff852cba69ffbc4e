namespace Subscriptions.Client;

/// <summary>
/// A worker could not get an accepted connection for <see cref="SubscriptionWorkerOptions.MaxErroneousPeriod"/>.
/// <see cref="Exception.InnerException"/> is the last failure, whose reason and metadata this exception repeats.
/// </summary>
public sealed class WorkerGaveUpException : SubscriptionsException
{
    internal WorkerGaveUpException(string message, SubscriptionsException lastFailure, int attempts, TimeSpan period)
        : base(lastFailure.Details with { Message = message, IsRetryable = false }, lastFailure)
    {
        Attempts = attempts;
        Period = period;
    }

    /// <summary>How often the worker tried in this period.</summary>
    public int Attempts { get; }

    /// <summary>How long it had been trying since the first failure.</summary>
    public TimeSpan Period { get; }
}
