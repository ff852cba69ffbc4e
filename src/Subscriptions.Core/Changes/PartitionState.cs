namespace Subscriptions.Core.Changes;

/// <summary>Where a partition stands.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="HighSeqno">The newest committed seqno; 0 when nothing was written yet.</param>
/// <param name="PurgeSeqno">The highest seqno of a tombstone that was purged; 0 when none was.</param>
/// <param name="FailoverLog">The partition's branches.</param>
public sealed record PartitionState(int Partition, long HighSeqno, long PurgeSeqno, FailoverLog FailoverLog)
{
    /// <summary>What <see cref="PurgeSeqno"/> is for each collection; null: the same for all of them.</summary>
    public CollectionPurges? Purges { get; init; }

    /// <summary>The highest seqno of a purged tombstone that a reader can have missed.</summary>
    /// <param name="collection">The one collection that it reads; null: all.</param>
    public long PurgeSeqnoOf(string? collection) => collection is null || Purges is null ? PurgeSeqno : Purges.Of(collection);
}
