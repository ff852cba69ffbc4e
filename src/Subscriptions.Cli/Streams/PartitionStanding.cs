using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>Where a partition stands, and how it came there.</summary>
internal sealed record PartitionStanding(PartitionSeqnos Seqnos, IReadOnlyList<BranchInfo> FailoverLog);
