using System.Text;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// A place in documents that a query looks at, or on the way to one. The nodes of a query are a tree, walked alongside a document, so that
/// one pass over the document finds the values of all paths. Immutable once built.
/// </summary>
internal sealed class PathNode
{
    private const int MaxLinear = 8;

    private readonly PathNode[] _properties;

    /// <param name="index">A number of its own among the query's nodes.</param>
    /// <param name="name">The property that leads here; null for the root and for elements.</param>
    /// <param name="slot">Where the value found here is kept; −1 when it is not needed.</param>
    /// <param name="properties">The nodes for properties of an object here.</param>
    /// <param name="elements">The node for elements of an array here; null when the query does not look at any.</param>
    public PathNode(int index, string? name, int slot, IEnumerable<PathNode> properties, PathNode? elements)
    {
        Index = index;
        Name = Encoding.UTF8.GetBytes(name ?? "");
        Slot = slot;
        Elements = elements;
        _properties = [.. properties];
        Array.Sort(_properties, (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        Slots = [.. slot < 0 ? [] : new[] { slot }, .. _properties.SelectMany(p => p.Slots), .. elements?.Slots ?? []];
    }

    public int Index { get; }

    public byte[] Name { get; }

    public int Slot { get; }

    public PathNode? Elements { get; }

    public ReadOnlySpan<PathNode> Properties => _properties;

    /// <summary>The slots of this node and of all below it.</summary>
    public int[] Slots { get; }

    /// <summary>The node for the property, if the query looks at it.</summary>
    public PathNode? Find(ReadOnlySpan<byte> name)
    {
        if (_properties.Length > MaxLinear) return Search(name);
        foreach (var property in _properties)
        {
            if (name.SequenceEqual(property.Name)) return property;
        }

        return null;
    }

    private PathNode? Search(ReadOnlySpan<byte> name)
    {
        int low = 0, high = _properties.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _properties[middle].Name.AsSpan().SequenceCompareTo(name);
            if (order == 0) return _properties[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }
}
