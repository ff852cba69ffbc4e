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
