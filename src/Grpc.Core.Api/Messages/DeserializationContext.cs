using System.Buffers;

namespace Grpc.Core;

/// <summary>Gives one received message to a deserializer; valid only until that returns.</summary>
public abstract class DeserializationContext
{
    /// <summary>Length of the message in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The message in an array that the caller may keep.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException($"{GetType()} does not offer the message as an array.");

    /// <summary>The message without a copy where the transport can do that; not to be kept.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(PayloadAsNewBuffer());
}
