using System.Buffers;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Grpc.WireFormat;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>
/// Encodes chunks as the <see cref="Wire.WorkResponse"/> that they are, without making one: a message object an item, whose size is then
/// calculated at every level that it is nested in, would cost more than all the rest of a delivery. Contents go from where they are kept
/// into the network's buffers.
/// </summary>
internal static class ChunkEncoder
{
    private const byte LengthDelimited = 2;
    private const byte Varint = 0;

    // Tags of one byte each: the numbers of the contract, which never change.
    private const byte ChunkTag = (Wire.WorkResponse.BatchChunkFieldNumber << 3) | LengthDelimited;
    private const byte BatchIdTag = (Wire.BatchChunk.BatchIdFieldNumber << 3) | Varint;
    private const byte ItemsTag = (Wire.BatchChunk.ItemsFieldNumber << 3) | LengthDelimited;
    private const byte LastTag = (Wire.BatchChunk.LastFieldNumber << 3) | Varint;
    private const byte ChangeVectorTag = (Wire.BatchChunk.ChangeVectorFieldNumber << 3) | LengthDelimited;
    private const byte ResumeTokenTag = (Wire.BatchChunk.ResumeTokenFieldNumber << 3) | LengthDelimited;
    private const byte IncludesTag = (Wire.BatchChunk.IncludesFieldNumber << 3) | LengthDelimited;
    private const byte ChunkTraceparentTag = (Wire.BatchChunk.TraceparentFieldNumber << 3) | LengthDelimited;
    private const byte IdTag = (Wire.Item.IdFieldNumber << 3) | LengthDelimited;
    private const byte CollectionTag = (Wire.Item.CollectionFieldNumber << 3) | LengthDelimited;
    private const byte ContentTag = (Wire.Item.ContentFieldNumber << 3) | LengthDelimited;
    private const byte RevisionTag = (Wire.Item.RevisionFieldNumber << 3) | LengthDelimited;
    private const byte PartitionTag = (Wire.Item.PartitionFieldNumber << 3) | Varint;
    private const byte SeqnoTag = (Wire.Item.SeqnoFieldNumber << 3) | Varint;
    private const byte KindTag = (Wire.Item.KindFieldNumber << 3) | Varint;
    private const byte AttemptTag = (Wire.Item.AttemptFieldNumber << 3) | Varint;
    private const byte ChangedAtTag = (Wire.Item.ChangedAtUnixMsFieldNumber << 3) | Varint;
    private const byte ExpiresAtTag = (Wire.Item.ExpiresAtUnixMsFieldNumber << 3) | Varint;
    private const byte ErrorTag = (Wire.Item.ErrorFieldNumber << 3) | LengthDelimited;
    private const byte TraceparentTag = (Wire.Item.TraceparentFieldNumber << 3) | LengthDelimited;
    private const byte PreviousContentTag = (Wire.Item.PreviousContentFieldNumber << 3) | LengthDelimited;
    private const byte PreviousRevisionTag = (Wire.Item.PreviousRevisionFieldNumber << 3) | LengthDelimited;
    private const byte IncludedIdTag = (Wire.IncludedDocument.IdFieldNumber << 3) | LengthDelimited;
    private const byte IncludedCollectionTag = (Wire.IncludedDocument.CollectionFieldNumber << 3) | LengthDelimited;
    private const byte IncludedContentTag = (Wire.IncludedDocument.ContentFieldNumber << 3) | LengthDelimited;
    private const byte IncludedRevisionTag = (Wire.IncludedDocument.RevisionFieldNumber << 3) | LengthDelimited;

    /// <summary>How long an item is on the wire, without its length.</summary>
    public static int SizeOf(Change change, int attempt) =>
        WireWriter.SizeOfBytes(WireWriter.LengthOf(change.Id))
        + WireWriter.SizeOfBytes(WireWriter.LengthOf(change.Collection))
        + WireWriter.SizeOfBytes(change.Content.Length)
        + WireWriter.SizeOfBytes(RevisionText.LengthOf(change.Revision))
        + WireWriter.SizeOfNumber(change.Partition)
        + WireWriter.SizeOfNumber(change.Seqno)
        + WireWriter.SizeOfNumber((long)ToWire(change.Kind))
        + WireWriter.SizeOfNumber(attempt)
        + WireWriter.SizeOfNumber(change.ChangedAt.ToUnixTimeMilliseconds())
        + WireWriter.SizeOfNumber(ToUnixMilliseconds(change.ExpiresAt))
        + (change.Error is null ? 0 : WireWriter.SizeOfBytes(WireWriter.LengthOf(change.Error)))
        + (change.Origin is null ? 0 : WireWriter.SizeOfBytes(TraceOrigin.TextLength))
        + (change.Previous is null ? 0 : SizeOf(change.Previous));

    /// <summary>How long a document that comes along is on the wire, without its length.</summary>
    public static int SizeOfIncluded(Change document) =>
        WireWriter.SizeOfBytes(WireWriter.LengthOf(document.Id))
        + WireWriter.SizeOfBytes(WireWriter.LengthOf(document.Collection))
        + WireWriter.SizeOfBytes(document.Content.Length)
        + WireWriter.SizeOfBytes(RevisionText.LengthOf(document.Revision));

    /// <summary>How long a chunk's message is.</summary>
    public static int SizeOf(WorkFrame.Chunk chunk) => WireWriter.SizeOfField(SizeOfBody(chunk));

    /// <summary>Encodes a chunk's message: exactly <see cref="SizeOf(WorkFrame.Chunk)"/> bytes.</summary>
    public static void Encode(WorkFrame.Chunk chunk, IBufferWriter<byte> output)
    {
        var writer = new WireWriter(output);
        writer.Begin(ChunkTag, SizeOfBody(chunk));
        writer.Number(BatchIdTag, chunk.BatchId);
        for (var i = chunk.Start; i < chunk.EndOfItems; i++)
        {
            writer.Begin(ItemsTag, chunk.Size(i));
            Encode(chunk.Item(i), chunk.Attempt(i), ref writer);
        }

        if (chunk.IsLast)
        {
            writer.Number(LastTag, 1);
            writer.Text(ChangeVectorTag, chunk.ChangeVector);
            writer.Text(ResumeTokenTag, chunk.ResumeToken);
        }

        for (var i = chunk.StartOfIncludes; i < chunk.End; i++)
        {
            writer.Begin(IncludesTag, chunk.Size(i));
            EncodeIncluded(chunk.Included(i), ref writer);
        }

        if (chunk is { IsLast: true, TraceParent: { } traceParent }) writer.Text(ChunkTraceparentTag, traceParent);
        writer.Flush();
    }

    private static int SizeOfBody(WorkFrame.Chunk chunk)
    {
        var size = WireWriter.SizeOfNumber(chunk.BatchId);
        for (var i = chunk.Start; i < chunk.End; i++) size += WireWriter.SizeOfField(chunk.Size(i));
        if (!chunk.IsLast) return size;

        return size
            + WireWriter.SizeOfNumber(1)
            + WireWriter.SizeOfBytes(WireWriter.LengthOf(chunk.ChangeVector))
            + WireWriter.SizeOfBytes(WireWriter.LengthOf(chunk.ResumeToken))
            + (chunk.TraceParent is null ? 0 : WireWriter.SizeOfBytes(WireWriter.LengthOf(chunk.TraceParent)));
    }

    private static int SizeOf(PreviousVersion previous) =>
        WireWriter.SizeOfBytes(previous.Content.Length) + WireWriter.SizeOfBytes(RevisionText.LengthOf(previous.Revision));

    private static void EncodeIncluded(Change document, ref WireWriter writer)
    {
        writer.Text(IncludedIdTag, document.Id);
        writer.Text(IncludedCollectionTag, document.Collection);
        writer.Bytes(IncludedContentTag, document.Content.Span);
        Encode(IncludedRevisionTag, document.Revision, ref writer);
    }

    private static void Encode(Change change, int attempt, ref WireWriter writer)
    {
        writer.Text(IdTag, change.Id);
        writer.Text(CollectionTag, change.Collection);
        writer.Bytes(ContentTag, change.Content.Span);
        Encode(RevisionTag, change.Revision, ref writer);
        writer.Number(PartitionTag, change.Partition);
        writer.Number(SeqnoTag, change.Seqno);
        writer.Number(KindTag, (long)ToWire(change.Kind));
        writer.Number(AttemptTag, attempt);
        writer.Number(ChangedAtTag, change.ChangedAt.ToUnixTimeMilliseconds());
        writer.Number(ExpiresAtTag, ToUnixMilliseconds(change.ExpiresAt));
        if (change.Error is { } error) writer.Text(ErrorTag, error);
        if (change.Origin is { } origin) Encode(origin, ref writer);
        if (change.Previous is not { } previous) return;

        writer.Bytes(PreviousContentTag, previous.Content.Span);
        Encode(PreviousRevisionTag, previous.Revision, ref writer);
    }

    private static void Encode(byte tag, Revision revision, ref WireWriter writer)
    {
        Span<byte> text = stackalloc byte[RevisionText.MaxLength];
        writer.Bytes(tag, text[..RevisionText.Write(revision, text)]);
    }

    private static void Encode(TraceOrigin origin, ref WireWriter writer)
    {
        Span<byte> text = stackalloc byte[TraceOrigin.TextLength];
        origin.Write(text);
        writer.Bytes(TraceparentTag, text);
    }

    private static long ToUnixMilliseconds(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds() ?? 0;

    private static Wire.ChangeKind ToWire(ChangeKind kind) => kind switch
    {
        ChangeKind.Put => Wire.ChangeKind.Put,
        ChangeKind.Delete => Wire.ChangeKind.Delete,
        _ => Wire.ChangeKind.Expiry,
    };
}
