using System.Buffers;
using Subscriptions.Server.Grpc.Changes;
using Subscriptions.Server.Grpc.WireFormat;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>Encodes changes as the <see cref="Wire.ConnectResponse"/> that they are, without making one.</summary>
internal static class StreamChangesEncoder
{
    private const byte LengthDelimited = 2;
    private const byte Varint = 0;

    private const byte ChangesTag = (Wire.ConnectResponse.ChangesFieldNumber << 3) | LengthDelimited;
    private const byte BufferBytesTag = (Wire.ConnectResponse.BufferBytesFieldNumber << 3) | Varint;
    private const byte StreamIdTag = (Wire.StreamChanges.StreamIdFieldNumber << 3) | Varint;
    private const byte RowsTag = (Wire.StreamChanges.ChangesFieldNumber << 3) | LengthDelimited;
    private const byte ResumeTokenTag = (Wire.StreamChanges.ResumeTokenFieldNumber << 3) | LengthDelimited;

    /// <summary>How long the message is.</summary>
    public static int SizeOf(StreamFrame.Changes changes) => WireWriter.SizeOfField(changes.BodySize) + WireWriter.SizeOfNumber(changes.BodySize);

    /// <summary>Encodes the message: exactly <see cref="SizeOf"/> bytes.</summary>
    public static void Encode(StreamFrame.Changes changes, IBufferWriter<byte> output)
    {
        var writer = new WireWriter(output);
        writer.Begin(ChangesTag, changes.BodySize);
        writer.Number(StreamIdTag, changes.StreamId);
        Span<byte> token = stackalloc byte[StreamTokens.MaxBytes];
        for (var i = 0; i < changes.Count; i++)
        {
            writer.Begin(RowsTag, changes.SizeOf(i));
            ChangeRowFormat.Write(changes[i], changes.HasContent, token[..changes.WriteToken(i, token)], ref writer);
        }

        writer.Bytes(ResumeTokenTag, changes.Token);
        writer.Number(BufferBytesTag, changes.BodySize);
        writer.Flush();
    }
}
