using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Documents;

/// <summary>The changes of a partition above a seqno are to be undone.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="Seqno">The newest change that stays; 0: none.</param>
/// <param name="DeletesUnknown">Documents of which the version of then is not kept are deleted; else nothing is done when there are any.</param>
public sealed record PartitionRewind(int Partition, long Seqno, bool DeletesUnknown)
{
    /// <summary>Whether the partition can go back so far at all.</summary>
    /// <returns>Why not; null when it can.</returns>
    public RewindResult? Check(PartitionState partition)
    {
        if (Seqno > partition.HighSeqno) return new RewindResult.Beyond(partition.HighSeqno);
        return Seqno < partition.PurgeSeqno ? new RewindResult.Purged(partition.PurgeSeqno) : null;
    }
}

/// <summary>What came of a <see cref="PartitionRewind"/>.</summary>
public abstract record RewindResult
{
    private RewindResult()
    {
    }

    /// <summary>It was done.</summary>
    /// <param name="Restored">Documents that got back the version of then.</param>
    /// <param name="Removed">Documents that did not exist then, and are gone.</param>
    /// <param name="Deleted">Documents of which the version of then is not kept, and which were deleted.</param>
    public sealed record Done(long Restored, long Removed, long Deleted) : RewindResult;

    /// <summary>There is no such change yet; nothing was changed.</summary>
    public sealed record Beyond(long HighSeqno) : RewindResult;

    /// <summary>Deletions above the seqno were purged; nothing was changed.</summary>
    public sealed record Purged(long PurgeSeqno) : RewindResult;

    /// <summary>Versions of then are not kept; nothing was changed.</summary>
    /// <param name="Documents">Of how many documents.</param>
    /// <param name="Example">One of them.</param>
    public sealed record Unknown(long Documents, string Example) : RewindResult;
}
