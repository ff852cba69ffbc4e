using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects one message in memory, for callers who want an array from a serializer that writes to a transport.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _buffer;
    private byte[]? _payload;

    /// <exception cref="InvalidOperationException">The serializer returned without completing the message.</exception>
    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer returned without completing the message.");

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CompleteOnce(payload);
    }

    public override void SetPayloadLength(int payloadLength)
    {
        // ArrayBufferWriter refuses a capacity of zero, and an empty message is a valid one.
        if (payloadLength > 0)
            _buffer ??= new ArrayBufferWriter<byte>(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => _buffer ??= new ArrayBufferWriter<byte>();

    public override void Complete() => CompleteOnce(_buffer is null ? [] : _buffer.WrittenSpan.ToArray());

    private void CompleteOnce(byte[] payload)
    {
        if (_payload is not null)
            throw new InvalidOperationException("The message was completed before.");
        _payload = payload;
    }
}
