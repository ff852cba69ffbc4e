using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>What a fake store holds: it outlives the stores that are opened on it. Not thread-safe; the store locks it.</summary>
internal sealed class FakeDatabase(DatabaseInfo info)
{
    private readonly Dictionary<string, Change> _newest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<UInt128>> _ancestors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _firsts = new(StringComparer.Ordinal);
    private readonly FakePartition[] _partitions = [.. Enumerable.Range(0, info.PartitionCount).Select(p => new FakePartition(p))];

    public Lock Lock { get; } = new();

    public DatabaseInfo Info { get; private set; } = info;

    public FakeRevisions Revisions { get; } = new() { Settings = info.Settings.Revisions };

    public Dictionary<string, LocalDocument> Locals { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Change> Newest => _newest.Values;

    public IReadOnlyList<PartitionState> Partitions => [.. _partitions.Select(p => p.State)];

    public DocumentStatistics Statistics => new(
        _newest.Values.Count(c => !c.IsTombstone),
        _newest.Values.Count(c => c.IsTombstone),
        Revisions.Count,
        _newest.Values.Sum(c => (long)c.Size));

    /// <summary>The database as it is, under another name, in a new branch of each partition.</summary>
    public FakeDatabase Restored(DatabaseName name)
    {
        var copy = Copy(name);
        foreach (var partition in copy._partitions) partition.Branch(partition.State.HighSeqno);
        return copy;
    }

    /// <summary>The database as it is.</summary>
    public FakeDatabase Copy(DatabaseName name)
    {
        var copy = new FakeDatabase(Info with { Name = name });
        foreach (var (id, change) in _newest) copy._newest.Add(id, change);
        foreach (var (id, ancestors) in _ancestors) copy._ancestors.Add(id, ancestors);
        foreach (var (id, seqno) in _firsts) copy._firsts.Add(id, seqno);
        foreach (var (id, local) in Locals) copy.Locals.Add(id, local);
        copy.Revisions.CopyFrom(Revisions);
        for (var i = 0; i < _partitions.Length; i++) copy._partitions[i].CopyFrom(_partitions[i]);
        return copy;
    }

    /// <summary>Undoes what is above a seqno of a partition.</summary>
    public RewindResult Rewind(PartitionRewind rewind, DateTimeOffset now)
    {
        var partition = _partitions[rewind.Partition];
        if (rewind.Check(partition.State) is { } refused) return refused;

        var changed = _newest.Values.Where(c => c.Partition == rewind.Partition && c.Seqno > rewind.Seqno).OrderBy(c => c.Seqno).ToList();
        var found = changed
            .Select(c => (Newest: c, IsKnown: Revisions.TryFindThen(c, rewind.Seqno, out var then) || _firsts[c.Id] > rewind.Seqno, Then: then)).ToList();
        var unknown = found.Where(f => !f.IsKnown).Select(f => f.Newest).ToList();
        if (unknown.Count > 0 && !rewind.DeletesUnknown) return new RewindResult.Unknown(unknown.Count, unknown[0].Id);

        foreach (var (newest, _, then) in found.Where(f => f.IsKnown))
        {
            partition.Undo(newest, then);
            if (then is null) Forget(newest.Id);
            else _newest[newest.Id] = then;
            if (then is not null)
                _ancestors[newest.Id] = [.. _ancestors[newest.Id].Skip((int)(newest.Revision.Generation - then.Revision.Generation))];
        }

        Revisions.Rewind(rewind.Partition, rewind.Seqno);
        foreach (var newest in unknown) partition.Undo(newest, then: null);
        partition.Branch(rewind.Seqno);
        foreach (var newest in unknown) Append(Make(newest.Id, ChangeKind.Delete, newest.Collection, default, null, newest, now), []);
        return new RewindResult.Done(found.Count(f => f.IsKnown && f.Then is not null), found.Count(f => f.IsKnown && f.Then is null), unknown.Count);
    }

    public Change? Get(string id) => _newest.GetValueOrDefault(id);

    public RevisionHistory? GetHistory(string id) =>
        Get(id) is { } newest ? new RevisionHistory(newest.Revision, _ancestors.GetValueOrDefault(id, []), newest.Kind) : null;

    public ChangePage Read(int partition, long afterSeqno, ReadLimits limits) => _partitions[partition].Read(afterSeqno, limits);

    public ChangePage ReadRevisions(int partition, long afterSeqno, ReadLimits limits) =>
        _partitions[partition].Read(Revisions.OfPartition(partition, afterSeqno), limits);

    public bool SetRevisions(RevisionSettings settings)
    {
        Revisions.Settings = settings;
        Info = Info with { Settings = Info.Settings with { Revisions = settings } };
        return true;
    }

    /// <summary>Carries out a request, or finds the first conflict and changes nothing.</summary>
    public WriteResult Write(IReadOnlyList<DocumentWrite> operations, DateTimeOffset now, List<CommittedChange> committed)
    {
        if (FindConflict(operations, now) is { } conflict) return conflict;

        var outcomes = new List<WriteOutcome>();
        foreach (var operation in operations)
        {
            var next = Next(operation, Get(operation.Id), now);
            if (next is not null) next = Append(next, committed, operation.History);
            outcomes.Add(new WriteOutcome(
                operation.Id, PartitionHash.Of(operation.Id, Info.PartitionCount), next?.Seqno ?? 0, next?.Revision ?? default));
        }

        return new WriteResult.Committed(outcomes);
    }

    /// <summary>Carries out operations each for itself.</summary>
    public IReadOnlyList<WriteEachOutcome> WriteEach(IReadOnlyList<DocumentWrite> operations, DateTimeOffset now, List<CommittedChange> committed) =>
        [.. operations.Select(operation => Compare(operation) ?? WriteOne(operation, now, committed))];

    /// <summary>Expires what is due.</summary>
    public int Expire(DateTimeOffset dueAt, int maxDocuments, DateTimeOffset now, List<CommittedChange> committed)
    {
        var due = _newest.Values.Where(c => c.ExpiresAt <= dueAt).OrderBy(c => (c.ExpiresAt, c.Partition, c.Seqno)).Take(maxDocuments).ToList();
        foreach (var change in due) Append(Make(change.Id, ChangeKind.Expiry, change.Collection, default, null, change, now), committed);
        return due.Count;
    }

    /// <summary>Forgets old tombstones.</summary>
    public int Purge(DateTimeOffset before, IReadOnlyList<long>? upTo, int maxTombstones)
    {
        var old = _newest.Values
            .Where(c => c.IsTombstone && c.ChangedAt < before && c.Seqno <= (upTo?[c.Partition] ?? long.MaxValue))
            .OrderBy(c => (c.ChangedAt, c.Partition, c.Seqno)).Take(maxTombstones).ToList();
        foreach (var tombstone in old)
        {
            _partitions[tombstone.Partition].Purge(tombstone);
            Forget(tombstone.Id);
            Revisions.Purge(tombstone.Id);
        }

        return old.Count;
    }

    private void Forget(string id)
    {
        _newest.Remove(id);
        _ancestors.Remove(id);
        _firsts.Remove(id);
    }

    private WriteEachOutcome WriteOne(DocumentWrite operation, DateTimeOffset now, List<CommittedChange> committed) =>
        Write([operation], now, committed) switch
        {
            WriteResult.Conflict conflict => new WriteEachOutcome.Conflict(conflict.Id, conflict.Current),
            var result => new WriteEachOutcome.Done(((WriteResult.Committed)result).Outcomes[0]),
        };

    // What becomes of a version made elsewhere that does not follow the newest one; null when it does, or was not made elsewhere.
    private WriteEachOutcome? Compare(DocumentWrite operation)
    {
        if (operation.History is not { } history || GetHistory(operation.Id) is not { } known) return null;
        if (known.Has(history.Revision))
            return new WriteEachOutcome.Done(new WriteOutcome(operation.Id, PartitionHash.Of(operation.Id, Info.PartitionCount), 0, default));
        return history.Has(known.Revision) ? null : new WriteEachOutcome.Conflict(operation.Id, known.Revision);
    }

    // Conflicts are looked for before anything is changed, with what the request's earlier operations will have done.
    private WriteResult.Conflict? FindConflict(IReadOnlyList<DocumentWrite> operations, DateTimeOffset now)
    {
        var planned = new Dictionary<string, Change>(StringComparer.Ordinal);
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            var current = planned.GetValueOrDefault(operation.Id) ?? Get(operation.Id);
            if (operation.History is null && !operation.Expected.IsMetBy(current?.Revision, current is { IsTombstone: true }))
                return new WriteResult.Conflict(i, operation.Id, current is { IsTombstone: false } ? current.Revision : null);
            if (Next(operation, current, now) is { } next) planned[operation.Id] = next;
        }

        return null;
    }

    // What an operation makes of a document, without a seqno yet; null when there is nothing to delete or touch.
    private Change? Next(DocumentWrite operation, Change? current, DateTimeOffset now)
    {
        var (id, expiresAt, origin, revision) = (operation.Id, operation.ExpiresAt, operation.Origin, operation.History?.Revision);
        var collection = current?.Collection ?? CollectionName.Empty;
        if (operation.Kind == WriteKind.Put)
        {
            return Make(
                id, ChangeKind.Put, operation.Collection ?? collection, operation.Content, expiresAt, current, now, origin: origin, revision: revision);
        }

        if (current is not { IsTombstone: false } && revision is null) return null;
        return operation.Kind == WriteKind.Delete
            ? Make(id, ChangeKind.Delete, collection, default, null, current, now, origin: origin, revision: revision)
            : Make(id, ChangeKind.Put, collection, current!.Content, expiresAt, current, now, origin: origin);
    }

    private static IReadOnlyList<UInt128> Ancestors(Revision revision, RevisionHistory? history, RevisionHistory? known)
    {
        if (known is null) return [.. (history?.Ancestors ?? []).Take(RevisionHistory.MaxAncestors)];
        return (history ?? new RevisionHistory(revision, [known.Revision.Digest])).AncestorsAfter(known);
    }

    private Change Make(
        string id,
        ChangeKind kind,
        string collection,
        ReadOnlyMemory<byte> content,
        DateTimeOffset? expiresAt,
        Change? current,
        DateTimeOffset now,
        long seqno = 0,
        TraceOrigin? origin = null,
        Revision? revision = null) => new()
        {
            Id = id,
            Collection = collection,
            Partition = PartitionHash.Of(id, Info.PartitionCount),
            Seqno = seqno,
            Revision = revision ?? Revision.Next(current?.Revision, kind != ChangeKind.Put, content.Span),
            Kind = kind,
            Content = content,
            ExpiresAt = expiresAt is { } e ? Milliseconds(e) : null,
            ChangedAt = Milliseconds(now),
            Origin = origin,
        };

    private Change Append(Change next, List<CommittedChange> committed, RevisionHistory? history = null)
    {
        var current = Get(next.Id);
        _ancestors[next.Id] = Ancestors(next.Revision, history, GetHistory(next.Id));
        var partition = _partitions[next.Partition];
        var change = Make(
            next.Id, next.Kind, next.Collection, next.Content, next.ExpiresAt, current, next.ChangedAt, partition.NextSeqno(), next.Origin, next.Revision);
        partition.Add(change, current?.Seqno ?? 0);
        _firsts.TryAdd(change.Id, change.Seqno);
        Revisions.Add(change, current);
        _newest[change.Id] = change;
        committed.Add(new CommittedChange(change, current?.Seqno ?? 0));
        return change;
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
