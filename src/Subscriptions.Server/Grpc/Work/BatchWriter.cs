using Google.Protobuf;
using Grpc.Core;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>Writes batches: in chunks that stay under 1 MiB, unless one item is larger. Contents are not copied on the way.</summary>
internal static class BatchWriter
{
    /// <summary>The size under which a chunk stays.</summary>
    public const int MaxChunkBytes = 1024 * 1024;

    // Tags, lengths and numbers of a chunk and its frame, and of an item with its revision, at their longest.
    private const int ChunkOverhead = 64;
    private const int ItemOverhead = 192;

    /// <summary>Writes a batch; returns when the transport has taken all of it.</summary>
    public static async ValueTask WriteAsync(Batch batch, IServerStreamWriter<Wire.WorkResponse> responses, CancellationToken cancellationToken)
    {
        var vector = batch.Cursor.ToChangeVector().ToString();
        var token = batch.Cursor.ToString();
        var room = Math.Max(0, MaxChunkBytes - ChunkOverhead - vector.Length - token.Length);
        var items = batch.Items;
        var next = 0;
        do
        {
            var end = EndOfChunk(items, next, room);
            var chunk = new Wire.BatchChunk { BatchId = batch.Id, Last = end == items.Count };
            chunk.Items.Capacity = end - next;
            for (; next < end; next++) chunk.Items.Add(ToItem(items[next], batch.AttemptOf(next)));
            if (chunk.Last)
            {
                chunk.ChangeVector = vector;
                chunk.ResumeToken = token;
            }

            await responses.WriteAsync(new Wire.WorkResponse { BatchChunk = chunk }, cancellationToken);
        }
        while (next < items.Count);
    }

    private static int EndOfChunk(IReadOnlyList<Change> items, int start, int room)
    {
        var bytes = 0L;
        for (var i = start; i < items.Count; i++)
        {
            bytes += MostBytes(items[i]);
            if (bytes > room && i > start) return i;
        }

        return items.Count;
    }

    // A character is at most three bytes of UTF-8 (those of more are two characters).
    private static long MostBytes(Change change) =>
        change.Content.Length + (3L * (change.Id.Length + change.Collection.Length)) + ItemOverhead;

    private static Wire.Item ToItem(Change change, int attempt)
    {
        var item = new Wire.Item
        {
            Id = change.Id,
            Collection = change.Collection,
            Revision = change.Revision.ToString(),
            Partition = change.Partition,
            Seqno = change.Seqno,
            Kind = ToWire(change.Kind),
            Attempt = attempt,
            ChangedAtUnixMs = change.ChangedAt.ToUnixTimeMilliseconds(),
            ExpiresAtUnixMs = change.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0,
        };
        if (change.Content.Length > 0) item.Content = UnsafeByteOperations.UnsafeWrap(change.Content);
        return item;
    }

    private static Wire.ChangeKind ToWire(ChangeKind kind) => kind switch
    {
        ChangeKind.Put => Wire.ChangeKind.Put,
        ChangeKind.Delete => Wire.ChangeKind.Delete,
        _ => Wire.ChangeKind.Expiry,
    };
}
