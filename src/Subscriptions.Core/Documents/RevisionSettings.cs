using System.Collections.Immutable;

namespace Subscriptions.Core.Documents;

/// <summary>Which collections of a database keep older versions of their documents. Immutable; compared by value.</summary>
public sealed class RevisionSettings : IEquatable<RevisionSettings>
{
    /// <summary>The name under which the settings of all collections without settings of their own stand.</summary>
    public const string AllDocuments = "@all_docs";

    private readonly ImmutableSortedDictionary<string, CollectionRevisions> _collections;
    private readonly CollectionRevisions? _default;

    private RevisionSettings(ImmutableSortedDictionary<string, CollectionRevisions> collections)
    {
        _collections = collections;
        _default = collections.GetValueOrDefault(AllDocuments);
    }

    /// <summary>Nothing is kept of any collection.</summary>
    public static RevisionSettings None { get; } = new(ImmutableSortedDictionary.Create<string, CollectionRevisions>(StringComparer.Ordinal));

    /// <summary>What was set, by increasing collection; <see cref="AllDocuments"/> among them.</summary>
    public IReadOnlyDictionary<string, CollectionRevisions> Collections => _collections;

    /// <summary>True when nothing was ever set.</summary>
    public bool IsEmpty => _collections.IsEmpty;

    /// <summary>Whether any collection keeps versions.</summary>
    public bool KeepsAny => _collections.Values.Any(c => c.IsEnabled);

    /// <summary>Whether any settings have a limit that versions can exceed.</summary>
    public bool HasLimits => _collections.Values.Any(c => c.MaxCount is not null || c.MaxAge is not null || c.PurgeOnDelete);

    /// <summary>What holds for a collection: its own settings, else those of all documents; null when there are neither.</summary>
    public CollectionRevisions? Of(string collection) => IsEmpty ? null : _collections.GetValueOrDefault(collection) ?? _default;

    /// <summary>Whether versions of a collection's documents that are written now are kept.</summary>
    public bool Keeps(string collection) => Of(collection) is { IsEnabled: true };

    /// <summary>These settings with those of one collection replaced, or removed when <paramref name="revisions"/> is null.</summary>
    public RevisionSettings With(string collection, CollectionRevisions? revisions) =>
        new(revisions is null ? _collections.Remove(collection) : _collections.SetItem(collection, revisions));

    /// <inheritdoc />
    public bool Equals(RevisionSettings? other) => other is not null && _collections.SequenceEqual(other._collections);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RevisionSettings);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var pair in _collections) hash.Add(pair);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public override string ToString() => IsEmpty ? "none" : string.Join(", ", _collections.Select(c => $"{c.Key}: {c.Value}"));
}
