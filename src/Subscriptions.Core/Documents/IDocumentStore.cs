using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Documents;

/// <summary>
/// The documents of one database and the ordered log of their changes. The seam that every storage engine implements; faces and the
/// engine see nothing else of a store.
/// </summary>
/// <remarks>
/// <para>The log is state-based: of each document it holds the newest version only, at the seqno of that version.</para>
/// <para>All members may be called from many threads at once. Failures that are not the caller's are <see cref="StoreException"/>.</para>
/// <para>Cancelling a call gives up waiting for it; a write that was already handed to the writer may still be committed.</para>
/// </remarks>
public interface IDocumentStore : IAsyncDisposable
{
    /// <summary>The database's identity and settings, as of the last <see cref="SetRevisionsAsync"/> that is durable.</summary>
    DatabaseInfo Info { get; }

    /// <summary>
    /// Where each partition stands. Never ahead of what <see cref="ReadChangesAsync"/> would read: every seqno up to
    /// <see cref="PartitionState.HighSeqno"/> is committed and readable. But a purge is known here before it can be noticed by reading, and may be undone if it
    /// fails: who reads and then asks hears of every purge that what was read may lack deletions by. Costs no I/O.
    /// </summary>
    IReadOnlyList<PartitionState> Partitions { get; }

    /// <summary>Counts documents and tombstones and measures the disk. Costs no scan.</summary>
    ValueTask<DocumentStatistics> GetStatisticsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Carries out all operations of one request, in order, or none. Requests of simultaneous callers share one durable transaction.
    /// A later operation of the request sees the effect of an earlier one on the same document; each takes a seqno of its own, and readers
    /// see only the last.
    /// </summary>
    /// <param name="operations">At least one; already validated by <see cref="DocumentLimits"/>; none with <see cref="DocumentWrite.History"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; see the remarks.</param>
    /// <returns>
    /// <see cref="WriteResult.Committed"/> when everything is durable (synced to disk) and given to the observers;
    /// <see cref="WriteResult.Conflict"/> when an expected revision did not hold, with nothing changed.
    /// </returns>
    ValueTask<WriteResult> WriteAsync(IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken);

    /// <summary>
    /// Carries out the operations of one request, in order, each for itself: one whose condition does not hold is left out, and all others happen.
    /// What happens is one durable transaction. A later operation of the request sees the effect of an earlier one on the same document.
    /// </summary>
    /// <remarks>
    /// An operation with <see cref="DocumentWrite.History"/> has no other condition (<see cref="DocumentWrite.Expected"/> is ignored) than how the two
    /// histories stand to each other, that of the document's newest version, which may be a tombstone, and the given one:
    /// <list type="bullet">
    /// <item>The document was never written, or is among the given version's ancestors: the document gets that version with exactly its revision. It has
    /// the ancestors of both histories. A delete leaves a tombstone even of a document that never existed, so that the revision is known.</item>
    /// <item>The given version is the newest, or one of its ancestors: there is nothing to change.</item>
    /// <item>Else they have parted: <see cref="WriteEachOutcome.Conflict"/>. There are no revision trees; the document stays as it is.</item>
    /// </list>
    /// </remarks>
    /// <param name="operations">At least one; already validated by <see cref="DocumentLimits"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; see the remarks of the interface.</param>
    /// <returns>
    /// One for each operation, in the request's order, when everything is durable (synced to disk) and given to the observers: either
    /// <see cref="WriteEachOutcome.Done"/> or <see cref="WriteEachOutcome.Conflict"/>.
    /// </returns>
    ValueTask<IReadOnlyList<WriteEachOutcome>> WriteEachAsync(IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken);

    /// <summary>The newest version of a document, tombstones included.</summary>
    /// <returns>Null when the document was never written, or its tombstone was purged.</returns>
    ValueTask<Change?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// The revision of a document's newest version, tombstones included, and of the versions before it: at most
    /// <see cref="RevisionHistory.MaxAncestors"/>, and none from before a purge or from before this was recorded.
    /// </summary>
    /// <returns>Null when the document was never written, or its tombstone was purged.</returns>
    ValueTask<RevisionHistory?> GetHistoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>The documents of a range of ids, from one consistent snapshot.</summary>
    ValueTask<DocumentPage> ListDocumentsAsync(DocumentRange range, CancellationToken cancellationToken);

    /// <summary>A local document.</summary>
    /// <param name="id">Its id, 1–512 bytes of UTF-8: local documents have ids of their own, apart from those of documents.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null when it does not exist.</returns>
    ValueTask<LocalDocument?> GetLocalAsync(string id, CancellationToken cancellationToken);

    /// <summary>Creates, replaces or deletes a local document; durable on return.</summary>
    /// <param name="id">Its id, 1–512 bytes of UTF-8.</param>
    /// <param name="content">One JSON object in UTF-8, already validated; null deletes the document.</param>
    /// <param name="expectedVersion">The current version that the caller knows; 0: it does not exist.</param>
    /// <param name="cancellationToken">Gives up waiting; see the remarks.</param>
    ValueTask<LocalWriteResult> WriteLocalAsync(
        string id, ReadOnlyMemory<byte>? content, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the changes of one partition above <paramref name="afterSeqno"/>, by increasing seqno, from one consistent snapshot.
    /// </summary>
    /// <param name="partition">From 0.</param>
    /// <param name="afterSeqno">Exclusive; 0 reads from the beginning.</param>
    /// <param name="limits">How much to read at most; the first change is returned however large it is.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<ChangePage> ReadChangesAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the changes of one partition below <paramref name="belowSeqno"/>, by decreasing seqno, from one consistent snapshot.
    /// </summary>
    /// <param name="partition">From 0.</param>
    /// <param name="belowSeqno">Exclusive; <see cref="long.MaxValue"/> begins with the newest.</param>
    /// <param name="limits">How much to read at most; the first change is returned however large it is.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<BackwardPage> ReadChangesBackwardsAsync(int partition, long belowSeqno, ReadLimits limits, CancellationToken cancellationToken);

    /// <summary>
    /// Turns documents whose expiry instant is at or before <paramref name="now"/> into expired tombstones: fresh changes, durable on return.
    /// </summary>
    /// <param name="now">By the caller's clock.</param>
    /// <param name="maxDocuments">How many at most in one transaction.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many expired; equal to <paramref name="maxDocuments"/> when more may be due.</returns>
    ValueTask<int> ExpireAsync(DateTimeOffset now, int maxDocuments, CancellationToken cancellationToken);

    /// <summary>
    /// Removes tombstones that are older than <paramref name="before"/> and raises the purge seqno of their partitions; durable on return.
    /// </summary>
    /// <param name="before">By their time.</param>
    /// <param name="upTo">By partition, the highest seqno of tombstones that are meant; null: whatever it is.</param>
    /// <param name="maxTombstones">How many at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many were removed; equal to <paramref name="maxTombstones"/> when more may be due.</returns>
    ValueTask<int> PurgeTombstonesAsync(
        DateTimeOffset before, IReadOnlyList<long>? upTo, int maxTombstones, CancellationToken cancellationToken);

    /// <summary>
    /// Copies the database as it is at one moment during the call, while it goes on to be read and written: documents, log, revisions, local documents
    /// and settings. What it costs writers at once is bounded, however large the database is. One at a time; others wait.
    /// </summary>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>
    /// The copy, from its beginning, with its length; only <see cref="IDocumentStoreProvider.PrepareRestoreAsync"/> of the same kind of store can read it.
    /// It takes up space until it is disposed, which may be after the store is.
    /// </returns>
    /// <exception cref="StoreException">There was no room for the copy, or the store failed; nothing is left behind.</exception>
    ValueTask<Stream> BackUpAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says anew which collections keep older versions of their documents; durable on return. Holds for every write after it. What was kept before
    /// stays until a limit or a purge removes it.
    /// </summary>
    /// <param name="settings">All settings; already validated by <see cref="RevisionLimits"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask SetRevisionsAsync(RevisionSettings settings, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the kept versions of one partition above <paramref name="afterSeqno"/>, by increasing seqno, from one consistent snapshot: every version
    /// that was written while its collection kept revisions, superseded or not, and that no limit has removed yet.
    /// </summary>
    /// <remarks>
    /// Each change has <see cref="Change.Previous"/>: the document as it was before; null when there was none (never written, deleted or expired), or
    /// when that version is not kept any more. A version that was current when revisions were switched on is kept as the one before the next, and
    /// is not itself a change of this feed. A reader whose versions were removed before it got to them misses them.
    /// </remarks>
    /// <param name="partition">From 0.</param>
    /// <param name="afterSeqno">Exclusive; 0 reads from the beginning.</param>
    /// <param name="limits">How much to read at most; the first change is returned however large it is.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<ChangePage> ReadRevisionsAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken);

    /// <summary>The oldest kept version of a document at or above a seqno, as <see cref="ReadRevisionsAsync"/> would give it.</summary>
    /// <returns>Null when none is kept.</returns>
    ValueTask<Change?> GetRevisionAsync(string id, long fromSeqno, CancellationToken cancellationToken);

    /// <summary>A kept version of a document by its revision, as <see cref="ReadRevisionsAsync"/> would give it.</summary>
    /// <returns>Null when it is not kept.</returns>
    ValueTask<Change?> GetRevisionAsync(string id, Revision revision, CancellationToken cancellationToken);

    /// <summary>The kept versions of a document, the newest first.</summary>
    /// <param name="id">The document.</param>
    /// <param name="beforeSeqno">Exclusive; <see cref="long.MaxValue"/> begins with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<IReadOnlyList<RevisionInfo>> ListRevisionsAsync(string id, long beforeSeqno, int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Removes versions that exceed the limits of their collections, in short transactions; durable on return. The newest kept version of a document
    /// always stays.
    /// </summary>
    /// <param name="now">By the caller's clock.</param>
    /// <param name="maxRevisions">How many at most.</param>
    /// <param name="cancellationToken">Gives up; what was removed so far stays removed.</param>
    /// <returns>How many were removed; equal to <paramref name="maxRevisions"/> when more may be due.</returns>
    ValueTask<int> TrimRevisionsAsync(DateTimeOffset now, int maxRevisions, CancellationToken cancellationToken);
}

/// <summary>Sees every committed transaction of a store.</summary>
public interface ICommitObserver
{
    /// <summary>
    /// Called once per durable transaction, in commit order, on the store's writer, before the writers are answered.
    /// Must be short and must not throw.
    /// </summary>
    /// <param name="changes">
    /// The transaction's changes; per partition by increasing seqno, without holes. A change that a later one of the same transaction
    /// superseded is included.
    /// </param>
    void OnCommitted(IReadOnlyList<CommittedChange> changes);
}

/// <summary>A committed change and the one it replaced.</summary>
/// <param name="Change">The change.</param>
/// <param name="SupersededSeqno">The seqno of the document's version before, which readers no longer see; 0 when there was none.</param>
public readonly record struct CommittedChange(Change Change, long SupersededSeqno);
