using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Takes one serialized message: either <see cref="Complete(byte[])"/>, or <see cref="SetPayloadLength"/>, <see cref="GetBufferWriter"/>
/// and <see cref="Complete()"/> in this order. Transports override what they support.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole message; the array must not change afterwards.</summary>
    public virtual void Complete(byte[] payload) => throw Unsupported();

    /// <summary>Announces how many bytes will be written, so that the right buffer is rented.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
        // A hint: a transport that has no use for it does not override it.
    }

    /// <summary>Where the message is written to piece by piece.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw Unsupported();

    /// <summary>Ends a message that was written through <see cref="GetBufferWriter"/>.</summary>
    public virtual void Complete() => throw Unsupported();

    private NotSupportedException Unsupported() => new($"{GetType()} does not support this way of serializing a message.");
}
