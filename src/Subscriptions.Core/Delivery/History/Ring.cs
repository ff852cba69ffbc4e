namespace Subscriptions.Core.Delivery.History;

/// <summary>The last so many of what was added; takes no room before it is used. Not thread-safe.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class Ring<T>(int capacity)
{
    private readonly Queue<T> _items = new();

    /// <summary>Adds one; the oldest leaves when there are too many.</summary>
    public void Add(T item)
    {
        if (_items.Count == capacity) _items.Dequeue();
        _items.Enqueue(item);
    }

    /// <summary>What is kept, the oldest first.</summary>
    public IEnumerable<T> Items => _items;
}
