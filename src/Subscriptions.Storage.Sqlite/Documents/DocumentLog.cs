using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// Writes a database's documents and the log of their changes, and keeps the partitions' figures in step with the transactions. Belongs to the writer's
/// thread, except for <see cref="Partitions"/>, <see cref="Totals"/> and <see cref="RevisionSettings"/>.
/// </summary>
internal sealed class DocumentLog : IWriterHost
{
    private readonly PartitionLedger[] _ledgers;
    private readonly DocumentRows _rows;
    private readonly DocumentRetention _retention;
    private readonly PurgeRows _purges;
    private readonly AncestorRows _ancestors;
    private readonly ReplicaCheck _replicas;
    private readonly RevisionLog _revisions;
    private readonly DocumentCompaction _compaction;
    private readonly RequestPlan _plan;
    private readonly ICommitObserver _observer;
    private readonly TimeProvider _timeProvider;
    private List<CommittedChange> _changes = [];
    private DateTimeOffset? _now;
    private readonly SqliteTuning _tuning;
    private volatile Published _published;

    public DocumentLog(SqliteConnection connection, ICommitObserver observer, TimeProvider timeProvider, SqliteTuning tuning)
    {
        _ledgers = DatabaseRows.ReadPartitions(connection);
        _rows = new DocumentRows(connection);
        _retention = new DocumentRetention(connection);
        _purges = new PurgeRows(connection);
        _ancestors = new AncestorRows(connection);
        _replicas = new ReplicaCheck(connection, _rows, _ledgers.Length);
        _revisions = new RevisionLog(connection, _rows, _ledgers);
        _compaction = new DocumentCompaction(connection, _rows, _revisions, _ledgers, tuning);
        _plan = new RequestPlan(_rows, _ledgers);
        Locals = new LocalRows(connection, tuning.LocalDocuments);
        _observer = observer;
        _timeProvider = timeProvider;
        _tuning = tuning;
        _published = new Published([.. _ledgers.Select(l => l.State)], _ledgers.Aggregate(default(RowTotals), (t, l) => t.After(default, l.Figures)));
    }

    /// <summary>Where the partitions stand, as of the last durable transaction; purges are told before they can be seen. Thread-safe.</summary>
    public IReadOnlyList<PartitionState> Partitions => _published.Partitions;

    /// <summary>The rows of all partitions together, as of the last durable transaction. Thread-safe.</summary>
    public RowTotals Totals => _published.Totals;

    /// <summary>Which collections keep revisions, as of the last durable transaction. Thread-safe.</summary>
    public RevisionSettings RevisionSettings => _revisions.Settings;

    /// <summary>The local documents.</summary>
    public LocalRows Locals { get; }

    /// <inheritdoc />
    public WriterUpkeep Upkeep => _compaction.Need(Totals);

    // One time for the whole transaction: to read the clock for each change would cost more than it tells.
    private DateTimeOffset Now => _now ??= ChangeRows.Time(_timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Carries out a request inside the running transaction, or finds a conflict and changes nothing.</summary>
    public WriteResult Write(IReadOnlyList<DocumentWrite> operations)
    {
        if (_plan.Make(operations, Now) is { } conflict) return conflict;

        for (var i = 0; i < _plan.Changes.Count; i++) Apply(_plan.Changes[i], _plan.IsLast(i));
        return new WriteResult.Committed(_plan.CopyOutcomes());
    }

    /// <summary>Carries out the operations of a request inside the running transaction, each for itself.</summary>
    public IReadOnlyList<WriteEachOutcome> WriteEach(IReadOnlyList<DocumentWrite> operations)
    {
        var outcomes = new WriteEachOutcome[operations.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            // A request of its own, so that what comes later finds it stored.
            outcomes[i] = _replicas.Find(operations[i]) ?? Write([operations[i]]) switch
            {
                WriteResult.Conflict conflict => new WriteEachOutcome.Conflict(conflict.Id, conflict.Current),
                WriteResult.Committed committed => new WriteEachOutcome.Done(committed.Outcomes[0]),
                var other => throw new InvalidOperationException($"Unknown result {other}."),
            };
        }

        return outcomes;
    }

    /// <summary>Expires documents that are due.</summary>
    public int Expire(DateTimeOffset dueAt, int maxDocuments)
    {
        var due = _retention.FindDue(dueAt, maxDocuments);
        foreach (var (key, id) in due)
        {
            var ledger = _ledgers[ChangeKey.Partition(key)];
            var old = _rows.Read(ledger.Partition, ChangeKey.Seqno(key), withContent: false);
            var tombstone = new Change
            {
                Id = id,
                Collection = old.Collection,
                Partition = ledger.Partition,
                Seqno = ++ledger.PlannedSeqno,
                Revision = Revision.Next(old.Revision, deleted: true, default),
                Kind = ChangeKind.Expiry,
                ChangedAt = Now,
            };
            Apply(new PlannedChange(tombstone, old.Seqno, ChangeKind.Put, old.Revision), isLast: true);
        }

        return due.Count;
    }

    /// <summary>Forgets old tombstones and what is kept of their documents.</summary>
    /// <returns>How many tombstones, and whether a transaction's share of revisions was removed before all was done.</returns>
    public (int Purged, bool IsCutShort) Purge(DateTimeOffset before, int maxTombstones) => Purge(_retention.FindOldTombstones(before, maxTombstones));

    /// <summary>Forgets tombstones, as far as they still are the newest versions of their documents, and what is kept of these.</summary>
    /// <param name="keys">Their keys.</param>
    /// <inheritdoc cref="Purge(DateTimeOffset, int)" />
    public (int Purged, bool IsCutShort) Purge(IReadOnlyList<long> keys) => Purge(_retention.FindTombstones(keys));

    private (int Purged, bool IsCutShort) Purge(List<(long Key, string Id, string Collection)> old)
    {
        var rows = 0;
        for (var i = 0; i < old.Count; i++)
        {
            if (rows >= _tuning.TrimmedRows) return (i, true);

            // The tombstone goes last, so that what is left of it is found again.
            rows += _revisions.Forget(new RevisionCut(old[i].Id, long.MaxValue), _tuning.TrimmedRows - rows).Rows;
            if (rows >= _tuning.TrimmedRows) return (i, true);
            rows += _ancestors.Remove(old[i].Key);
            PurgeDocument(old[i].Key, old[i].Id, old[i].Collection);
        }

        return (old.Count, false);
    }

    /// <summary>Replaces the revision settings.</summary>
    public bool SetRevisions(RevisionSettings settings)
    {
        _revisions.Set(settings);
        return true;
    }

    /// <summary>Forgets revisions in excess.</summary>
    public ForgottenRevisions Trim(RevisionTrimPlan plan, int max) => _revisions.Trim(plan, Math.Min(max, _tuning.TrimmedRows));

    /// <inheritdoc />
    public void OnCommitting(SqliteConnection connection)
    {
        foreach (var ledger in _ledgers)
        {
            if (ledger.IsDirty) _rows.Save(ledger.Partition, ledger.Figures);
        }

        // A reader that finds a deletion gone, and asks then, must hear that it was purged: on another thread it can do both before this one is told that the
        // transaction is durable.
        TellPurges();
    }

    /// <inheritdoc />
    public void OnCommitted()
    {
        Publish();
        _revisions.OnCommitted();
        Locals.OnCommitted();
        _compaction.OnCommitted(Totals);
        _now = null;
        if (_changes.Count == 0) return;

        // The observer may keep the list.
        var committed = _changes;
        _changes = new List<CommittedChange>(committed.Count);
        _observer.OnCommitted(committed);
    }

    /// <inheritdoc />
    public void OnRolledBack()
    {
        var hasPurged = _ledgers.Any(l => l.HasPurged);
        foreach (var ledger in _ledgers) ledger.RollBack();
        if (hasPurged) _published = _published with { Partitions = [.. _ledgers.Select(l => l.State)] };
        _revisions.OnRolledBack();
        Locals.OnRolledBack();
        _compaction.OnRolledBack();
        _changes.Clear();
        _now = null;
    }

    /// <inheritdoc />
    public void RunUpkeep(SqliteConnection connection) => _compaction.RunSlice();

    private void Apply(PlannedChange planned, bool isLast)
    {
        var change = planned.Change;

        // What the same request replaces is never seen by a reader, and stored only where revisions are kept.
        if (isLast) _rows.Append(change);
        _ancestors.Keep(planned);
        _revisions.Keep(planned, isStored: isLast);
        if (planned.ReplacesStored) _rows.Supersede(change.Partition, planned.PreviousSeqno);
        _changes.Add(new CommittedChange(change, planned.PreviousSeqno));

        var ledger = _ledgers[change.Partition];
        var figures = ledger.Figures;
        var hadDocument = planned.PreviousSeqno > 0 && planned.PreviousKind == ChangeKind.Put;
        var hadTombstone = planned.PreviousSeqno > 0 && planned.PreviousKind != ChangeKind.Put;
        ledger.Figures = figures with
        {
            HighSeqno = change.Seqno,
            Documents = figures.Documents + (change.IsTombstone ? 0 : 1) - (hadDocument ? 1 : 0),
            Tombstones = figures.Tombstones + (change.IsTombstone ? 1 : 0) - (hadTombstone ? 1 : 0),
            Superseded = figures.Superseded + (planned.ReplacesStored ? 1 : 0),
        };
    }

    private void PurgeDocument(long key, string id, string collection)
    {
        _rows.RemoveChange(key);
        _rows.RemoveDocument(id);
        var ledger = _ledgers[ChangeKey.Partition(key)];
        var figures = ledger.Figures;
        ledger.Figures = figures with
        {
            Tombstones = figures.Tombstones - 1,
            PurgeSeqno = Math.Max(figures.PurgeSeqno, ChangeKey.Seqno(key)),
        };
        _purges.Add(ledger, collection, ChangeKey.Seqno(key));
    }

    private void TellPurges()
    {
        var states = _published.Partitions;
        foreach (var ledger in _ledgers)
        {
            if (!ledger.HasPurged) continue;
            if (ReferenceEquals(states, _published.Partitions)) states = [.. states];
            states[ledger.Partition] = ledger.Announced;
        }

        if (!ReferenceEquals(states, _published.Partitions)) _published = _published with { Partitions = states };
    }

    private void Publish()
    {
        var states = _published.Partitions;
        var totals = _published.Totals;
        foreach (var ledger in _ledgers)
        {
            if (!ledger.IsDirty) continue;
            if (ReferenceEquals(states, _published.Partitions)) states = [.. states];
            totals = totals.After(ledger.Committed, ledger.Figures);
            ledger.Commit();
            states[ledger.Partition] = ledger.State;
        }

        if (!ReferenceEquals(states, _published.Partitions)) _published = new Published(states, totals);
    }

    /// <summary>What other threads see. The array is never changed.</summary>
    private sealed record Published(PartitionState[] Partitions, RowTotals Totals);
}
