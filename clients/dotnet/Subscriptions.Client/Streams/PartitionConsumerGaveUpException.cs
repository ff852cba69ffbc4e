namespace Subscriptions.Client;

/// <summary>
/// A partition consumer could not get an answered connection, or a partition's stream, for <see cref="PartitionConsumerOptions.MaxErroneousPeriod"/>.
/// <see cref="Exception.InnerException"/> is the last failure, whose reason and metadata this exception repeats.
/// </summary>
public sealed class PartitionConsumerGaveUpException : SubscriptionsException
{
    private PartitionConsumerGaveUpException(string message, IReadOnlyList<SubscriptionsException> recentFailures, int attempts, TimeSpan period)
        : base(recentFailures[^1].Details with { Message = message, IsRetryable = false }, recentFailures[^1])
    {
        RecentFailures = recentFailures;
        Attempts = attempts;
        Period = period;
    }

    /// <summary>The failures of these attempts, the latest 10 of them, oldest first.</summary>
    public IReadOnlyList<SubscriptionsException> RecentFailures { get; }

    /// <summary>How often the consumer tried in this period.</summary>
    public int Attempts { get; }

    /// <summary>How long it had been trying since the first failure.</summary>
    public TimeSpan Period { get; }

    internal static PartitionConsumerGaveUpException Of(string what, ReconnectPolicy policy, PartitionConsumerOptions options)
    {
        const string Knob = $"{nameof(PartitionConsumerOptions)}.{nameof(PartitionConsumerOptions.MaxErroneousPeriod)}";
        var tried = options.MaxErroneousPeriod == TimeSpan.Zero
            ? $"at the first failure, as {Knob} is zero"
            : $"after {policy.Attempts} attempts in {policy.Period} ({Knob} is {options.MaxErroneousPeriod})";
        var failures = policy.RecentFailures;
        return new PartitionConsumerGaveUpException(
            $"Consumer '{options.Name}' gave {what} up {tried}. The last failure: {failures[^1].Message}", failures, policy.Attempts, policy.Period);
    }
}
