using System.Buffers;
using System.Text;
using Grpc.Core;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class MarshallerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("größe 犬")]
    public void Serializer_OfAMarshallerOverBuffers_GivesTheSameBytes(string text)
    {
        var marshaller = Marshallers.Create<string>(
            (message, context) =>
            {
                var bytes = Encoding.UTF8.GetBytes(message);
                context.SetPayloadLength(bytes.Length);
                context.GetBufferWriter().Write(bytes);
                context.Complete();
            },
            context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence()));

        var payload = marshaller.Serializer(text);

        Assert.Equal(Encoding.UTF8.GetBytes(text), payload);
        Assert.Equal(text, marshaller.Deserializer(payload));
    }

    [Fact]
    public void Serializer_ThatDoesNotComplete_IsReported()
    {
        var marshaller = Marshallers.Create<string>((_, context) => context.GetBufferWriter(), _ => "");

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer("x"));
    }

    [Fact]
    public void Serializer_ThatCompletesTwice_IsReported()
    {
        var marshaller = Marshallers.Create<string>(
            (_, context) =>
            {
                context.Complete([1]);
                context.Complete([2]);
            },
            _ => "");

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer("x"));
    }

    [Fact]
    public void ContextualDeserializer_OfAMarshallerOverArrays_GivesAnArrayToKeep()
    {
        byte[] payload = [1, 2, 3];
        var marshaller = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

        var received = marshaller.Deserializer(payload);

        Assert.Equal(payload, received);
        Assert.Equal("/a.B/C", new Method<byte[], byte[]>(MethodType.Unary, "a.B", "C", marshaller, marshaller).FullName);
    }
}
