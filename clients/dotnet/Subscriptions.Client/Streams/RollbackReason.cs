namespace Subscriptions.Client;

/// <summary>Why a reader of a partition has to go back.</summary>
public enum RollbackReason
{
    /// <summary>Nothing that this client knows.</summary>
    Unknown = 0,

    /// <summary>The reader's branch is not in the partition's failover log.</summary>
    UnknownBranch = 1,

    /// <summary>The reader's seqno, or the snapshot that it is in, is beyond the point where its branch ended.</summary>
    BeyondBranch = 2,

    /// <summary>Deletions that the reader has not seen were purged.</summary>
    Purged = 3,
}
