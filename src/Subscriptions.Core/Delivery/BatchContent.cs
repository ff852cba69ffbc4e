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

    // Of each partition, up to where its first page was looked at in one picture: no document is in it twice.
    private readonly Dictionary<int, long> _pictures = [];
    private HashSet<string>? _ids;
    private long _picture;

    /// <summary>The items, in the order in which they were read.</summary>
    public List<Change> Items { get; } = new(Math.Min(options.MaxDocs, UsualCount));

    /// <summary>Their size and that of what comes along.</summary>
    public long Bytes { get; private set; }

    /// <summary>The items that are added from now on are of a page.</summary>
    public void Reads(FeedPage page)
    {
        if (keepsVersions) return;
        if (_pictures.TryAdd(page.Partition, page.Page.SnapshotEnd)) _picture = page.Page.SnapshotEnd;
        else _picture = _pictures[page.Partition];
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
        // Few ever are: of those behind, the log has one version each.
        if (!keepsVersions && item.Seqno > _picture) DropOlder(item.Id);
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
