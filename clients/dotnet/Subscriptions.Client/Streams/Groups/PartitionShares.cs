namespace Subscriptions.Client;

/// <summary>Which partitions a member has: contiguous shares whose sizes differ by one at most.</summary>
internal static class PartitionShares
{
    /// <summary>The share of one member.</summary>
    /// <param name="member">Its number, from 0.</param>
    /// <param name="members">How many there are.</param>
    /// <param name="partitions">How many partitions there are. With fewer partitions than members, some have none.</param>
    public static IReadOnlyList<int> Of(int member, int members, int partitions)
    {
        // In 64 bits: a product of two numbers of 32.
        var begin = (int)((long)member * partitions / members);
        var end = (int)((member + 1L) * partitions / members);
        return [.. Enumerable.Range(begin, end - begin)];
    }
}
