using System.Collections.Immutable;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Up to where tombstones of each collection of a partition were purged: a reader of one collection does not miss those of others. Immutable.
/// </summary>
public sealed class CollectionPurges : IEquatable<CollectionPurges>
{
    /// <summary>How many collections are told apart; when there are more, what was purged so far counts for all of them.</summary>
    public const int MaxCollections = 1000;

    private readonly ImmutableDictionary<string, long> _seqnos;

    private CollectionPurges(long floor, ImmutableDictionary<string, long> seqnos)
    {
        Floor = floor;
        _seqnos = seqnos;
    }

    /// <summary>Nothing was purged.</summary>
    public static CollectionPurges None { get; } = new(0, ImmutableDictionary<string, long>.Empty);

    /// <summary>What was purged up to here counts for every collection.</summary>
    public long Floor { get; }

    /// <summary>The collections of which tombstones above the floor were purged, and the highest seqno of them.</summary>
    public IEnumerable<KeyValuePair<string, long>> Seqnos => _seqnos;

    /// <summary>Puts together what was stored.</summary>
    public static CollectionPurges Create(long floor, IEnumerable<KeyValuePair<string, long>> seqnos) =>
        new(floor, seqnos.Where(s => s.Value > floor).ToImmutableDictionary(StringComparer.Ordinal));

    /// <summary>The highest seqno of a purged tombstone that may have been of a collection.</summary>
    public long Of(string collection) => _seqnos.GetValueOrDefault(collection, Floor);

    /// <summary>With one more purged tombstone.</summary>
    public CollectionPurges With(string collection, long seqno)
    {
        if (seqno <= Of(collection)) return this;
        if (_seqnos.Count < MaxCollections || _seqnos.ContainsKey(collection)) return new CollectionPurges(Floor, _seqnos.SetItem(collection, seqno));

        return new CollectionPurges(Math.Max(seqno, _seqnos.Values.Max()), ImmutableDictionary<string, long>.Empty);
    }

    /// <inheritdoc />
    public bool Equals(CollectionPurges? other) =>
        other is not null && Floor == other.Floor && _seqnos.Count == other._seqnos.Count && _seqnos.All(s => other._seqnos.GetValueOrDefault(s.Key) == s.Value);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as CollectionPurges);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Floor, _seqnos.Count);

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", _seqnos.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}@{s.Value}").Prepend($"@{Floor}"));
}
