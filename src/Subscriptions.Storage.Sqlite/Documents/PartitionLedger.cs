using Subscriptions.Core.Changes;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>What a partition's row holds.</summary>
/// <param name="HighSeqno">The newest seqno.</param>
/// <param name="PurgeSeqno">The highest seqno of a purged tombstone.</param>
/// <param name="Documents">Documents that exist.</param>
/// <param name="Tombstones">Documents that do not, and are remembered.</param>
/// <param name="Superseded">Rows of the change table that readers skip.</param>
/// <param name="Revisions">Versions that are kept as revisions, the newest included.</param>
internal readonly record struct PartitionFigures(
    long HighSeqno, long PurgeSeqno, long Documents, long Tombstones, long Superseded, long Revisions);

/// <summary>Rows of all partitions together.</summary>
/// <param name="Documents">Documents that exist.</param>
/// <param name="Tombstones">Documents that do not, and are remembered.</param>
/// <param name="Superseded">Rows of the change table that readers skip.</param>
/// <param name="Revisions">Versions that are kept as revisions, the newest included.</param>
internal readonly record struct RowTotals(long Documents, long Tombstones, long Superseded, long Revisions)
{
    /// <summary>The totals after a partition's figures changed.</summary>
    public RowTotals After(PartitionFigures old, PartitionFigures now) => new(
        Documents + now.Documents - old.Documents,
        Tombstones + now.Tombstones - old.Tombstones,
        Superseded + now.Superseded - old.Superseded,
        Revisions + now.Revisions - old.Revisions);
}

/// <summary>A partition's figures inside the running transaction and as of the last durable one. Belongs to the writer's thread.</summary>
internal sealed class PartitionLedger(int partition, FailoverLog failoverLog, PartitionFigures stored, CollectionPurges storedPurges)
{
    private CollectionPurges _committedPurges = storedPurges;

    public int Partition => partition;

    /// <summary>With what the running transaction has done so far.</summary>
    public PartitionFigures Figures { get; set; } = stored;

    /// <summary>As of the last durable transaction.</summary>
    public PartitionFigures Committed { get; private set; } = stored;

    /// <summary>The last seqno that the request being planned would take.</summary>
    public long PlannedSeqno { get; set; } = stored.HighSeqno;

    /// <summary>What was purged of each collection, with what the running transaction has purged so far. It never changes without the figures.</summary>
    public CollectionPurges Purges { get; set; } = storedPurges;

    public bool IsDirty => Figures != Committed;

    public PartitionState State => new(partition, Committed.HighSeqno, Committed.PurgeSeqno, failoverLog) { Purges = _committedPurges };

    /// <summary>Whether the running transaction has purged something.</summary>
    public bool HasPurged => Figures.PurgeSeqno != Committed.PurgeSeqno || !ReferenceEquals(Purges, _committedPurges);

    /// <summary>As <see cref="State"/>, with what the running transaction has purged.</summary>
    public PartitionState Announced => State with { PurgeSeqno = Figures.PurgeSeqno, Purges = Purges };

    public void Commit()
    {
        Committed = Figures;
        _committedPurges = Purges;
    }

    public void RollBack()
    {
        Figures = Committed;
        Purges = _committedPurges;
        PlannedSeqno = Committed.HighSeqno;
    }
}
