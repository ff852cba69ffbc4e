using System.Buffers;
using System.Runtime.CompilerServices;
using Subscriptions.Core.Feeds;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>
/// Rows that many listeners are given at the same time, written once: whoever comes later copies them. They are kept for as long as the page that they
/// are of. Thread-safe.
/// </summary>
/// <param name="feeds">Tells how many listen.</param>
internal sealed class SharedRows(FeedServices feeds)
{
    // Below this it costs more than it saves.
    private const int Few = 8;

    // What sixteen partitions take.
    private const int MaxStartBytes = 2048;

    private readonly ConditionalWeakTable<object, Written> _written = [];

    /// <summary>Whether rows are worth sharing, and are given to others as well.</summary>
    public bool CanShare(FeedRows rows) => feeds.Listeners > Few && rows.IsWholePage && rows.MaxTokenBytes <= MaxStartBytes;

    /// <summary>The bytes of rows: those that somebody wrote before, from the same place and in the same form, or new ones.</summary>
    /// <param name="rows">The rows; not moved on in yet.</param>
    /// <param name="sharing">Their form.</param>
    /// <param name="write">Writes them.</param>
    public byte[] Get(FeedRows rows, RowSharing sharing, Action<IBufferWriter<byte>> write)
    {
        Span<byte> buffer = stackalloc byte[MaxStartBytes];
        var start = buffer[..rows.WriteToken(buffer)];
        if (_written.TryGetValue(rows.Changes, out var found) && found.Sharing == sharing && start.SequenceEqual(found.Start)) return found.Bytes;

        var text = new ArrayBufferWriter<byte>();
        var written = new Written(sharing, start.ToArray());
        write(text);
        written.Bytes = text.WrittenSpan.ToArray();
        _written.AddOrUpdate(rows.Changes, written);
        return written.Bytes;
    }

    private sealed record Written(RowSharing Sharing, byte[] Start)
    {
        public byte[] Bytes { get; set; } = [];
    }
}
