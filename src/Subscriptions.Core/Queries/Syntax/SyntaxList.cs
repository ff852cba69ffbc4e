using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>An immutable list that equals another when their elements do, so that records which hold one have value equality.</summary>
/// <typeparam name="T">The elements.</typeparam>
[CollectionBuilder(typeof(SyntaxList), nameof(SyntaxList.Create))]
public sealed class SyntaxList<T> : IReadOnlyList<T>, IEquatable<SyntaxList<T>>
{
    private readonly ImmutableArray<T> _items;

    internal SyntaxList(ReadOnlySpan<T> items) => _items = [.. items];

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <inheritdoc />
    public T this[int index] => _items[index];

    /// <inheritdoc />
    public bool Equals(SyntaxList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items.AsSpan());

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SyntaxList<T>);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Builds <see cref="SyntaxList{T}"/>s from collection expressions.</summary>
public static class SyntaxList
{
    /// <summary>Copies the elements into a list.</summary>
    public static SyntaxList<T> Create<T>(ReadOnlySpan<T> items) => new(items);
}
