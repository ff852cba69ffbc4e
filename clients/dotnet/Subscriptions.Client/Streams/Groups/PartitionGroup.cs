namespace Subscriptions.Client;

/// <summary>How partitions are shared among consumers of the same name.</summary>
public abstract class PartitionGroup
{
    private protected PartitionGroup()
    {
    }

    /// <summary>What distinguishes this member; empty when nothing has to.</summary>
    internal abstract string MemberName { get; }

    /// <summary>
    /// Each member has its share for as long as it runs: member 0 of 4 the first quarter of the partitions, and so on. Nobody takes over what a member that is down had, and it is up to you
    /// that no two members have the same number.
    /// </summary>
    /// <param name="memberNumber">From 0.</param>
    /// <param name="totalMembers">How many there are, from 1 to 1024.</param>
    public static PartitionGroup Static(int memberNumber, int totalMembers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalMembers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(totalMembers, 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(memberNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(memberNumber, totalMembers);
        return new StaticPartitions($"{memberNumber}of{totalMembers}", count => PartitionShares.Of(memberNumber, totalMembers, count));
    }

    /// <summary>
    /// Members come and go: each has a contiguous share as large as the others', for as long as it gives signs of life. A partition is saved and given up by one before another has it;
    /// what a member had that died is given out when its lease has run out. Make one for each consumer. What one saves that has lost a partition is refused. Together with
    /// checkpoints that all members see, such as <see cref="DatabaseCheckpointStore"/>.
    /// </summary>
    /// <param name="client">The server's client; it must live as long as the group.</param>
    /// <param name="options">How. All consumers of a name share the partitions of the database that they follow.</param>
    /// <exception cref="ArgumentException">An option is missing or outside its range; the message lists all that are.</exception>
    public static PartitionGroup Leased(SubscriptionsClient client, PartitionLeaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfAny(options.Validate(), nameof(options));
        return new LeasedPartitions(
            options,
            context => new DatabaseGroupStore(
                client.Documents, client.Changes, options.Database, context.Scope, litterAfter: 10 * options.LeaseDuration, context.Time),
            Random.Shared);
    }

    /// <summary>All partitions, or those that the options name.</summary>
    internal static PartitionGroup Alone(PartitionConsumerOptions options) =>
        new StaticPartitions(string.Empty, count => options.Partitions is { } some ? [.. some.Distinct().Order()] : [.. Enumerable.Range(0, count)]);

    /// <summary>
    /// Gives the host its partitions, and takes them again, until it is cancelled; then gives them up and leaves. Throws when it cannot go on.
    /// </summary>
    internal abstract Task RunAsync(GroupContext context, IPartitionHost host, CancellationToken cancellationToken);

    /// <summary>The checkpoint store says that somebody else has a partition.</summary>
    /// <returns>True when the group sees to it; false: the consumer has to end.</returns>
    internal virtual bool OnFenced() => false;
}
