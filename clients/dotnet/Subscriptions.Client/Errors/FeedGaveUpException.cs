namespace Subscriptions.Client;

/// <summary>
/// A feed could not get an answered connection for <see cref="WatchOptions.MaxErroneousPeriod"/>. <see cref="Exception.InnerException"/> is the
/// last failure, whose reason and metadata this exception repeats.
/// </summary>
public sealed class FeedGaveUpException : SubscriptionsException
{
    internal FeedGaveUpException(
        string message, string resumeToken, IReadOnlyList<SubscriptionsException> recentFailures, int attempts, TimeSpan period)
        : base(recentFailures[^1].Details with { Message = message, IsRetryable = false }, recentFailures[^1])
    {
        ResumeToken = resumeToken;
        RecentFailures = recentFailures;
        Attempts = attempts;
        Period = period;
    }

    /// <summary>Where the feed was: another one that begins here goes on with it.</summary>
    public string ResumeToken { get; }

    /// <summary>The failures of these attempts, the latest 10 of them, oldest first.</summary>
    public IReadOnlyList<SubscriptionsException> RecentFailures { get; }

    /// <summary>How often the feed tried in this period.</summary>
    public int Attempts { get; }

    /// <summary>How long it had been trying since the first failure.</summary>
    public TimeSpan Period { get; }
}
