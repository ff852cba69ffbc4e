using System.Collections.Immutable;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>
/// One partition as its users see it, told in another way than the engine tells it: all that ever happened, from which what is there now is computed. Branches
/// end where a backup is restored, or history is rewound.
/// </summary>
internal sealed class HistoryModel
{
    private static int _lastBranch;

    private readonly List<HistoryModel> _backups = [];
    private ImmutableList<ModelVersion> _versions = [];
    private FailoverLog _log = FailoverLog.StartingWith(NextBranch());
    private ImmutableHashSet<long> _gone = [];
    private CollectionPurges _purges = CollectionPurges.None;

    public PartitionState State => new(0, _versions.Count, _gone.DefaultIfEmpty(0).Max(), _log) { Purges = _purges };

    /// <summary>What exists of a collection; null: of all.</summary>
    public IReadOnlyDictionary<string, long> Documents(string? collection) => Newest()
        .Where(v => !v.IsDeletion && (collection ?? v.Collection) == v.Collection)
        .ToDictionary(v => v.Id, v => v.Value);

    public void Write(string id, long value, bool isDeletion) => _versions = _versions.Add(new ModelVersion(id, _versions.Count + 1, value, isDeletion));

    /// <summary>Forgets the tombstones up to a seqno, but for some: clocks that are set back make later ones the older.</summary>
    public void Purge(long upTo, Predicate<string> isYounger)
    {
        foreach (var tombstone in Newest().Where(v => v.IsDeletion && v.Seqno <= upTo && !_gone.Contains(v.Seqno) && !isYounger(v.Id)))
        {
            _gone = _gone.Add(tombstone.Seqno);
            _purges = _purges.With(tombstone.Collection, tombstone.Seqno);
        }
    }

    public void BackUp() => _backups.Add(new HistoryModel { _versions = _versions, _log = _log, _gone = _gone, _purges = _purges });

    /// <summary>Brings back a backup, if there is one.</summary>
    public void Restore(int which)
    {
        if (_backups.Count == 0) return;

        var backup = _backups[which % _backups.Count];
        _versions = backup._versions;
        (_gone, _purges) = (backup._gone, backup._purges);
        _log = backup._log.Branched(NextBranch(), _versions.Count);
    }

    /// <summary>Undoes what is above a seqno, unless it is below the purge.</summary>
    public void Rewind(long seqno)
    {
        if (seqno < State.PurgeSeqno) return;

        _versions = _versions.RemoveRange((int)seqno, _versions.Count - (int)seqno);
        _log = _log.Branched(NextBranch(), seqno);
    }

    /// <summary>The newest version of a document; null when there is none.</summary>
    public Change? Find(string id) => _versions.FindLast(v => v.Id == id)?.ToChange();

    /// <summary>What a reader is given: newest versions, without purged tombstones.</summary>
    public ChangePage Read(long after, int count)
    {
        var all = Newest().Where(v => v.Seqno > after && !_gone.Contains(v.Seqno)).OrderBy(v => v.Seqno).ToList();
        var page = all.Take(count).Select(v => v.ToChange()).ToList();
        return new ChangePage(page, page.Count < all.Count ? page[^1].Seqno : _versions.Count, _versions.Count);
    }

    private IEnumerable<ModelVersion> Newest() => _versions.GroupBy(v => v.Id, (_, versions) => versions.Last());

    private static BranchId NextBranch() => new((ulong)Interlocked.Increment(ref _lastBranch));
}

/// <summary>A version of a document.</summary>
internal sealed record ModelVersion(string Id, long Seqno, long Value, bool IsDeletion)
{
    /// <summary>Every second document is of the other collection.</summary>
    public string Collection => Id[^1] % 2 == 0 ? "Orders" : "People";

    public Change ToChange() => new()
    {
        Id = Id,
        Collection = Collection,
        Partition = 0,
        Seqno = Seqno,
        Revision = new Revision(Value, 1),
        Kind = IsDeletion ? ChangeKind.Delete : ChangeKind.Put,
    };
}
