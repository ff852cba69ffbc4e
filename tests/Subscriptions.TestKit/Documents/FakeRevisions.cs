using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>The kept versions of a <see cref="FakeDatabase"/>, by document and seqno. Not thread-safe; the store locks it.</summary>
internal sealed class FakeRevisions
{
    private readonly Dictionary<string, List<Kept>> _chains = new(StringComparer.Ordinal);

    public RevisionSettings Settings { get; set; } = RevisionSettings.None;

    public long Count => _chains.Values.Sum(chain => chain.Count(k => !k.IsBase));

    public void CopyFrom(FakeRevisions other)
    {
        Settings = other.Settings;
        foreach (var (id, chain) in other._chains) _chains.Add(id, [.. chain]);
    }

    /// <summary>Undoes what is above a seqno.</summary>
    public void Rewind(int partition, long seqno)
    {
        foreach (var (id, chain) in _chains.ToList())
        {
            chain.RemoveAll(k => k.Change.Partition == partition && k.Change.Seqno > seqno);
            if (chain.Count == 0) _chains.Remove(id);
        }
    }

    /// <summary>The version that a document had at a seqno.</summary>
    /// <returns>False when that is not known; null when it had none.</returns>
    public bool TryFindThen(Change newest, long seqno, out Change? then)
    {
        var versions = _chains.GetValueOrDefault(newest.Id, []).Select(k => k.Change).Where(c => c.Seqno < newest.Seqno).Append(newest).ToList();
        then = versions.LastOrDefault(c => c.Seqno <= seqno);
        var next = versions.First(c => c.Seqno > seqno);
        return next.Revision.Generation == (then?.Revision.Generation ?? 0) + 1;
    }

    /// <summary>Keeps a version if its collection keeps any.</summary>
    public void Add(Change change, Change? before)
    {
        if (!Settings.Keeps(change.Collection)) return;
        if (!_chains.TryGetValue(change.Id, out var chain)) _chains[change.Id] = chain = [];

        var isLinked = before is not null && chain.Count > 0 && chain[^1].Change.Seqno == before.Seqno;
        if (!isLinked && before is { IsTombstone: false })
        {
            chain.Add(new Kept(before, IsBase: true, HasPrevious: false));
            isLinked = true;
        }

        chain.Add(new Kept(change, IsBase: false, isLinked));
    }

    /// <summary>Forgets all versions of a document.</summary>
    public void Purge(string id) => _chains.Remove(id);

    public IEnumerable<Change> OfPartition(int partition, long afterSeqno) => _chains.Values
        .SelectMany(Show)
        .Where(c => c.Partition == partition && c.Seqno > afterSeqno)
        .OrderBy(c => c.Seqno);

    public IEnumerable<Change> OfDocument(string id) => _chains.TryGetValue(id, out var chain) ? Show(chain) : [];

    /// <summary>Forgets what exceeds the limits, document by document.</summary>
    public int Trim(DateTimeOffset now, int max)
    {
        var removed = 0;
        foreach (var chain in _chains.Values)
        {
            var excess = Excess(chain, now);
            while (excess-- > 0 && removed < max)
            {
                if (!chain[0].IsBase) removed++;
                chain.RemoveAt(0);
                chain[0] = chain[0] with { HasPrevious = false };
            }
        }

        return removed;
    }

    // How many of a chain's oldest versions have to go.
    private int Excess(List<Kept> chain, DateTimeOffset now)
    {
        var excess = 0;
        for (var i = 0; i < chain.Count; i++)
        {
            var (change, isBase, hasPrevious) = chain[i];
            if (isBase || Settings.Of(change.Collection) is not { } limits) continue;

            var isAged = hasPrevious && limits.MaxAge is { } age && change.ChangedAt < now - age;
            if (isAged || (limits.PurgeOnDelete && change.IsTombstone)) excess = i;
            if (limits.MaxCount is { } count) excess = Math.Max(excess, i + 1 - count);
        }

        return excess;
    }

    private static IEnumerable<Change> Show(List<Kept> chain)
    {
        for (var i = 0; i < chain.Count; i++)
        {
            if (!chain[i].IsBase) yield return Show(chain[i].Change, chain[i].HasPrevious ? chain[i - 1].Change : null);
        }
    }

    private static Change Show(Change change, Change? before) => new()
    {
        Id = change.Id,
        Collection = change.Collection,
        Partition = change.Partition,
        Seqno = change.Seqno,
        Revision = change.Revision,
        Kind = change.Kind,
        Content = change.Content,
        ExpiresAt = change.ExpiresAt,
        ChangedAt = change.ChangedAt,
        Previous = before is { IsTombstone: false } ? new PreviousVersion(before.Revision, before.Content) : null,
    };

    private sealed record Kept(Change Change, bool IsBase, bool HasPrevious);
}
