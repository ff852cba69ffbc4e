namespace Subscriptions.Client;

/// <summary>Changes of one partition, by increasing seqno.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Changes">The changes; at least one.</param>
/// <param name="Position">
/// The place after the last of them. Who keeps it together with what the changes made, in one transaction, applies each change once.
/// </param>
public sealed record PartitionChanges(int Partition, IReadOnlyList<ChangeRow> Changes, PartitionPosition Position);
