namespace Grpc.Core;

/// <summary>One message in memory, for callers who have an array and a deserializer that reads from a transport.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.AsSpan().ToArray();
}
