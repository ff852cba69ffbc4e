namespace Subscriptions.Client;

/// <summary>The branches of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Branches">Newest first.</param>
public sealed record PartitionFailoverLog(int Partition, IReadOnlyList<BranchInfo> Branches);
