using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>Why a stream is over.</summary>
public enum StreamEndReason
{
    /// <summary>It has sent all up to its end, or, if it only notifies, something newer exists.</summary>
    Ok = 1,

    /// <summary>The client closed it, or the connection.</summary>
    Closed = 2,

    /// <summary>Tombstones were purged before they were sent, or the partition's history has changed.</summary>
    Rollback = 3,

    /// <summary>The store failed.</summary>
    StoreFailed = 4,

    /// <summary>The database was dropped.</summary>
    DatabaseDropped = 5,

    /// <summary>The server is stopping.</summary>
    ShuttingDown = 6,
}

/// <summary>What a connection's client is told.</summary>
public abstract record StreamMessage
{
    private StreamMessage()
    {
    }

    /// <summary>What is in force.</summary>
    public sealed record Settings(ConnectionSettings InForce) : StreamMessage;

    /// <summary>A stream is open.</summary>
    /// <param name="StreamId">Which.</param>
    /// <param name="Partition">Where its partition stands.</param>
    /// <param name="Start">Where it begins.</param>
    /// <param name="End">Where it ends; <see cref="long.MaxValue"/>: nowhere.</param>
    public sealed record Opened(uint StreamId, PartitionState Partition, Position Start, long End) : StreamMessage;

    /// <summary>A reader has to go back before its stream can be opened.</summary>
    public sealed record RolledBack(uint StreamId, PartitionState Partition, StreamDecision.Rollback Decision) : StreamMessage;

    /// <summary>A request was refused.</summary>
    /// <param name="StreamId">The stream; null: it was about the connection.</param>
    /// <param name="Error">Why.</param>
    public sealed record Refused(uint? StreamId, EngineException Error) : StreamMessage;

    /// <summary>A snapshot begins, or grows.</summary>
    /// <param name="StreamId">Which stream's.</param>
    /// <param name="Start">Exclusive.</param>
    /// <param name="End">Inclusive.</param>
    /// <param name="IsFromMemory">Whether its data are read from the newest changes.</param>
    /// <param name="PurgeSeqno">The partition's.</param>
    public sealed record Snapshot(uint StreamId, long Start, long End, bool IsFromMemory, long PurgeSeqno) : StreamMessage;

    /// <summary>Some of a snapshot's changes.</summary>
    /// <param name="StreamId">Which stream's.</param>
    /// <param name="List">Where they stand, by increasing seqno.</param>
    /// <param name="First">The first of them.</param>
    /// <param name="Count">How many, at least one.</param>
    /// <param name="Place">Where the stream is after any of them.</param>
    /// <param name="HasContent">Whether the client wants their content.</param>
    public sealed record Changes(uint StreamId, IReadOnlyList<Change> List, int First, int Count, StreamPlace Place, bool HasContent) : StreamMessage;

    /// <summary>Nothing up to here concerns the stream beyond what was sent.</summary>
    public sealed record Advanced(uint StreamId, Position Position) : StreamMessage;

    /// <summary>A stream is over.</summary>
    /// <param name="StreamId">Which.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Position">Where.</param>
    /// <param name="HighSeqno">The partition's newest change.</param>
    public sealed record Ended(uint StreamId, StreamEndReason Reason, Position Position, long HighSeqno) : StreamMessage;

    /// <summary>A sign of life that is to be answered.</summary>
    /// <param name="HighSeqnos">The newest change of each partition that is read.</param>
    public sealed record Noop(IReadOnlyList<(int Partition, long Seqno)> HighSeqnos) : StreamMessage;

    /// <summary>Whether it takes room in the window: what the client can only get by having asked for a stream.</summary>
    public bool IsCounted => this is Snapshot or Changes or Advanced or Ended;
}

/// <summary>Where a stream is after changes of one page.</summary>
/// <param name="Before">Where it was before the page.</param>
/// <param name="SnapshotEnd">The end of the snapshot that the page was read from.</param>
/// <param name="Branch">The partition's branch.</param>
/// <param name="PurgeSeqno">The partition's purge seqno.</param>
public readonly record struct StreamPlace(Position Before, long SnapshotEnd, BranchId Branch, long PurgeSeqno)
{
    /// <summary>Where the stream is when everything up to a seqno was looked at.</summary>
    public Position After(long seqno) => Before.Advanced(seqno, SnapshotEnd, Branch, PurgeSeqno);
}
