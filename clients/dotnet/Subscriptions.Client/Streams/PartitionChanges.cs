namespace Subscriptions.Client;

/// <summary>Changes of one partition, by increasing seqno.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Changes">The changes; at least one.</param>
/// <param name="Position">
/// The place after the last of them. Who keeps it together with what the changes made, in one transaction, applies each change once, if the consumer saves
/// nothing by itself (<see cref="PartitionConsumerOptions.CheckpointInterval"/>): that may be an older place.
/// </param>
public sealed record PartitionChanges(int Partition, IReadOnlyList<ChangeRow> Changes, PartitionPosition Position);
