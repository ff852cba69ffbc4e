using Subscriptions.Core.Documents;
using Subscriptions.Server.Grpc.WireFormat;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>
/// A <see cref="Wire.ChangeRow"/> on the wire, without making one: a message object a row would cost more than all the rest of it. Contents go from where they are kept
/// into the network's buffers.
/// </summary>
internal static class ChangeRowFormat
{
    private const byte LengthDelimited = 2;
    private const byte Varint = 0;

    // Tags of one byte each: the numbers of the contract, which never change.
    private const byte IdTag = (Wire.ChangeRow.IdFieldNumber << 3) | LengthDelimited;
    private const byte CollectionTag = (Wire.ChangeRow.CollectionFieldNumber << 3) | LengthDelimited;
    private const byte RevisionTag = (Wire.ChangeRow.RevisionFieldNumber << 3) | LengthDelimited;
    private const byte KindTag = (Wire.ChangeRow.KindFieldNumber << 3) | Varint;
    private const byte ChangedAtTag = (Wire.ChangeRow.ChangedAtUnixMsFieldNumber << 3) | Varint;
    private const byte PartitionTag = (Wire.ChangeRow.PartitionFieldNumber << 3) | Varint;
    private const byte SeqnoTag = (Wire.ChangeRow.SeqnoFieldNumber << 3) | Varint;
    private const byte ContentTag = (Wire.ChangeRow.ContentFieldNumber << 3) | LengthDelimited;
    private const byte ExpiresAtTag = (Wire.ChangeRow.ExpiresAtUnixMsFieldNumber << 3) | Varint;
    private const byte ResumeTokenTag = (Wire.ChangeRow.ResumeTokenFieldNumber << 3) | LengthDelimited;
    private const byte ErrorTag = (Wire.ChangeRow.ErrorFieldNumber << 3) | LengthDelimited;

    /// <summary>How long a row is, without its length.</summary>
    /// <param name="change">The change.</param>
    /// <param name="hasContent">Whether it has its content.</param>
    /// <param name="token">The length of its resume token; 0: it has none.</param>
    public static int SizeOf(Change change, bool hasContent, int token) =>
        WireWriter.SizeOfBytes(WireWriter.LengthOf(change.Id))
        + WireWriter.SizeOfBytes(WireWriter.LengthOf(change.Collection))
        + WireWriter.SizeOfBytes(RevisionText.LengthOf(change.Revision))
        + WireWriter.SizeOfNumber((long)ToWire(change.Kind))
        + WireWriter.SizeOfNumber(change.ChangedAt.ToUnixTimeMilliseconds())
        + WireWriter.SizeOfNumber(change.Partition)
        + WireWriter.SizeOfNumber(change.Seqno)
        + (hasContent ? WireWriter.SizeOfBytes(change.Content.Length) : 0)
        + WireWriter.SizeOfNumber(ToUnixMilliseconds(change.ExpiresAt))
        + WireWriter.SizeOfBytes(token)
        + (change.Error is null ? 0 : WireWriter.SizeOfBytes(WireWriter.LengthOf(change.Error)));

    /// <summary>Writes a row: exactly <see cref="SizeOf"/> bytes.</summary>
    public static void Write(Change change, bool hasContent, scoped ReadOnlySpan<byte> token, ref WireWriter writer)
    {
        writer.Text(IdTag, change.Id);
        writer.Text(CollectionTag, change.Collection);
        Span<byte> revision = stackalloc byte[RevisionText.MaxLength];
        writer.Bytes(RevisionTag, revision[..RevisionText.Write(change.Revision, revision)]);
        writer.Number(KindTag, (long)ToWire(change.Kind));
        writer.Number(ChangedAtTag, change.ChangedAt.ToUnixTimeMilliseconds());
        writer.Number(PartitionTag, change.Partition);
        writer.Number(SeqnoTag, change.Seqno);
        if (hasContent) writer.Bytes(ContentTag, change.Content.Span);
        writer.Number(ExpiresAtTag, ToUnixMilliseconds(change.ExpiresAt));
        writer.Bytes(ResumeTokenTag, token);
        if (change.Error is { } error) writer.Text(ErrorTag, error);
    }

    /// <summary>What happened, as the contract calls it.</summary>
    public static Wire.ChangeKind ToWire(ChangeKind kind) => kind switch
    {
        ChangeKind.Put => Wire.ChangeKind.Put,
        ChangeKind.Delete => Wire.ChangeKind.Delete,
        _ => Wire.ChangeKind.Expiry,
    };

    private static long ToUnixMilliseconds(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds() ?? 0;
}
