using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>One change that a request will make.</summary>
/// <param name="Change">The change.</param>
/// <param name="PreviousSeqno">The seqno of the version before, stored or planned; 0 when there is none.</param>
/// <param name="PreviousKind">What the version before was, when there is one.</param>
/// <param name="PreviousRevision">Its revision.</param>
/// <param name="PreviousPlanned">The version before, when it is a change of the same request.</param>
/// <param name="History">What was before the change, when it was made elsewhere.</param>
internal readonly record struct PlannedChange(
    Change Change,
    long PreviousSeqno,
    ChangeKind PreviousKind,
    Revision PreviousRevision,
    Change? PreviousPlanned = null,
    RevisionHistory? History = null)
{
    /// <summary>Whether the version before is stored already, and not a change of the same request.</summary>
    public bool ReplacesStored => PreviousSeqno > 0 && PreviousPlanned is null;
}

/// <summary>
/// What a request will do, found out before anything of it is done: so that a conflict in a later operation leaves nothing to undo. Belongs to the
/// writer's thread; used again for each request.
/// </summary>
internal sealed class RequestPlan(DocumentRows rows, PartitionLedger[] ledgers)
{
    private readonly List<PlannedChange> _changes = [];
    private readonly List<WriteOutcome> _outcomes = [];
    private readonly Dictionary<string, int> _newest = new(StringComparer.Ordinal);
    private bool _hasOneOperation;

    /// <summary>The changes, in order.</summary>
    public List<PlannedChange> Changes => _changes;

    /// <summary>One for each operation.</summary>
    public IReadOnlyList<WriteOutcome> CopyOutcomes() => [.. _outcomes];

    /// <summary>Whether no later change of the request replaces this one.</summary>
    public bool IsLast(int index) => _hasOneOperation || _newest[_changes[index].Change.Id] == index;

    /// <summary>Plans a request.</summary>
    /// <returns>The first conflict; null when the request can be carried out.</returns>
    public WriteResult.Conflict? Make(IReadOnlyList<DocumentWrite> operations, DateTimeOffset now)
    {
        _changes.Clear();
        _outcomes.Clear();
        _newest.Clear();
        _hasOneOperation = operations.Count == 1;
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            var previous = Previous(operation.Id);
            if (operation.History is null && !operation.Expected.IsMetBy(previous.Newest, !previous.Exists))
            {
                Undo();
                return new WriteResult.Conflict(i, operation.Id, previous.Exists ? previous.Revision : null);
            }

            Plan(operation, previous, now);
        }

        return null;
    }

    private void Plan(DocumentWrite operation, Version previous, DateTimeOffset now)
    {
        var ledger = ledgers[PartitionHash.Of(operation.Id, ledgers.Length)];
        if (operation.Kind != WriteKind.Put && !previous.Exists && operation.History is null)
        {
            _outcomes.Add(new WriteOutcome(operation.Id, ledger.Partition, 0, default));
            return;
        }

        var change = ToChange(operation, previous, ledger, now);
        if (!_hasOneOperation) _newest[operation.Id] = _changes.Count;
        _changes.Add(new PlannedChange(change, previous.Seqno, previous.Kind, previous.Revision, previous.Planned, operation.History));
        _outcomes.Add(new WriteOutcome(operation.Id, change.Partition, change.Seqno, change.Revision));
    }

    private Change ToChange(DocumentWrite operation, Version previous, PartitionLedger ledger, DateTimeOffset now)
    {
        // Only what a put does not bring itself has to be read.
        var isDelete = operation.Kind == WriteKind.Delete;
        var isTouch = operation.Kind == WriteKind.Touch;
        var brings = operation.Kind == WriteKind.Put ? operation.Collection : null;
        var old = brings is not null || previous.Seqno == 0
            ? null
            : previous.Planned ?? rows.Read(ledger.Partition, previous.Seqno, withContent: isTouch);
        var content = isTouch ? old!.Content : isDelete ? default : operation.Content;
        return new Change
        {
            Id = operation.Id,
            Collection = brings ?? old?.Collection ?? CollectionName.Empty,
            Partition = ledger.Partition,
            Seqno = ++ledger.PlannedSeqno,
            Revision = operation.History?.Revision ?? Revision.Next(previous.Newest, isDelete, content.Span),
            Kind = isDelete ? ChangeKind.Delete : ChangeKind.Put,
            Content = content,
            ExpiresAt = isDelete || operation.ExpiresAt is not { } expiresAt ? null : ChangeRows.Time(expiresAt.ToUnixTimeMilliseconds()),
            ChangedAt = now,
            Origin = operation.Origin,
        };
    }

    private Version Previous(string id)
    {
        if (!_hasOneOperation && _newest.TryGetValue(id, out var index)) return new Version(_changes[index].Change);
        return rows.Find(id) is { } stored ? new Version(stored) : default;
    }

    private void Undo()
    {
        foreach (var planned in _changes)
        {
            var ledger = ledgers[planned.Change.Partition];
            ledger.PlannedSeqno = ledger.Figures.HighSeqno;
        }
    }

    /// <summary>The version of a document that an operation meets: stored, planned by the same request, or none (seqno 0).</summary>
    private readonly record struct Version(long Seqno, ChangeKind Kind, Revision Revision, Change? Planned)
    {
        public Version(StoredVersion stored)
            : this(stored.Seqno, stored.Kind, stored.Revision, null)
        {
        }

        public Version(Change planned)
            : this(planned.Seqno, planned.Kind, planned.Revision, planned)
        {
        }

        public Revision? Newest => Seqno > 0 ? Revision : null;

        public bool Exists => Seqno > 0 && Kind == ChangeKind.Put;
    }
}
