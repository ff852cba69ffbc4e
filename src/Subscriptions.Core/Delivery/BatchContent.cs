using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// The items of a batch that is being built. A document that changes meanwhile may be read again, in its newer version: that one then takes
/// the older one's place, unless versions are kept. Not thread-safe.
/// </summary>
/// <param name="options">What the worker asked for.</param>
/// <param name="keepsVersions">Every version has a place of its own.</param>
internal sealed class BatchContent(SessionOptions options, bool keepsVersions)
{
    /// <summary>Batches of more items than this are made room for as they grow.</summary>
    public const int UsualCount = 512;

    // Of each partition, where the snapshot of its first page ends. No two items up to there are of one document.
    private readonly Dictionary<int, long> _snapshotEnds = [];
    private long _snapshotEnd;

    // Known only once something above was read, which is rare.
    private HashSet<string>? _ids;

    /// <summary>The items, in the order in which they were read.</summary>
    public List<Change> Items { get; } = new(Math.Min(options.MaxDocs, UsualCount));

    /// <summary>Their size and that of what comes along.</summary>
    public long Bytes { get; private set; }

    /// <summary>The items that are added from now on are of a page.</summary>
    public void Reads(FeedPage page)
    {
        if (keepsVersions) return;
        _snapshotEnds.TryAdd(page.Partition, page.Page.SnapshotEnd);
        _snapshotEnd = _snapshotEnds[page.Partition];
    }

    /// <summary>Whether an item of a size may be added; one always may.</summary>
    public bool HasRoomFor(long size) => Items.Count == 0 || (Items.Count < options.MaxDocs && Bytes + size <= options.MaxBytes);

    /// <summary>What may come along with an item of a size.</summary>
    public long RoomBehind(long size) => Items.Count == 0 ? BatchIncludes.MaxBytes : options.MaxBytes - Bytes - size;

    /// <summary>Adds an item, for which there is room.</summary>
    /// <param name="item">The item.</param>
    /// <param name="size">Its size and that of what comes along with it.</param>
    public void Add(Change item, long size)
    {
        if (!keepsVersions && item.Seqno > _snapshotEnd) DropOlder(item.Id);
        else _ids?.Add(item.Id);

        Items.Add(item);
        Bytes += size;
    }

    private void DropOlder(string id)
    {
        _ids ??= Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        if (_ids.Add(id)) return;

        var older = Items.FindIndex(i => i.Id == id);
        Bytes -= Items[older].Size;
        Items.RemoveAt(older);
    }
}
