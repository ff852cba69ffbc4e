using Google.Protobuf;
using Grpc.Core;

namespace Subscriptions.Server.Grpc.WireFormat;

/// <summary>Messages of generated classes, for methods that are bound with an encoding of their own for others.</summary>
internal static class MessageFormat
{
    /// <summary>Writes a message, as the generated binding does.</summary>
    public static void Serialize(IBufferMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    /// <summary>Stands where a marshaller wants to read what is only written.</summary>
    public static T NotRead<T>(DeserializationContext context) => throw new NotSupportedException("A server does not read its own answers.");
}
