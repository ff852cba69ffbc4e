using System.Buffers;
using Grpc.Core;
using Subscriptions.Core.Delivery;
using Subscriptions.Server.Grpc.WireFormat;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>Writes batches: in chunks that stay under 1 MiB, unless one item, or one document that comes along, is larger.</summary>
internal static class BatchWriter
{
    /// <summary>The size under which a chunk stays.</summary>
    public const int MaxChunkBytes = 1024 * 1024;

    // Tags, lengths and numbers of a chunk at their longest.
    private const int ChunkOverhead = 64;

    /// <summary>Writes a batch; returns when the transport has taken all of it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="traceParent">Its span, for the worker; null when it is not recorded.</param>
    /// <param name="responses">Where it is written.</param>
    /// <param name="cancellationToken">Gives up, with parts of it written.</param>
    public static async ValueTask WriteAsync(
        Batch batch, string? traceParent, IServerStreamWriter<WorkFrame> responses, CancellationToken cancellationToken)
    {
        var items = batch.Items.Count;
        var count = items + batch.Includes.Count;
        var sizes = ArrayPool<int>.Shared.Rent(count);
        for (var i = 0; i < items; i++) sizes[i] = ChunkEncoder.SizeOf(batch.Items[i], batch.AttemptOf(i));
        for (var i = items; i < count; i++) sizes[i] = ChunkEncoder.SizeOfIncluded(batch.Includes[i - items]);

        var chunk = new WorkFrame.Chunk(batch, sizes)
        {
            ChangeVector = batch.Cursor.ToChangeVector().ToString(),
            ResumeToken = batch.Cursor.ToString(),
            TraceParent = traceParent,
        };
        var room = MaxChunkBytes - ChunkOverhead - chunk.ChangeVector.Length - chunk.ResumeToken.Length - (traceParent?.Length ?? 0);
        do
        {
            chunk.Start = chunk.End;
            chunk.End = EndOfChunk(sizes, chunk.Start, count, room);
            await responses.WriteAsync(chunk, cancellationToken);
        }
        while (!chunk.IsLast);

        // Not after a failed write: who knows who still reads them.
        ArrayPool<int>.Shared.Return(sizes);
    }

    private static int EndOfChunk(int[] sizes, int start, int count, int room)
    {
        var bytes = 0L;
        for (var i = start; i < count; i++)
        {
            bytes += WireWriter.SizeOfField(sizes[i]);
            if (bytes > room && i > start) return i;
        }

        return count;
    }
}
