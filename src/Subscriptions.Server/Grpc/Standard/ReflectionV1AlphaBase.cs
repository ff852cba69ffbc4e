using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>
/// What would be generated for <c>grpc.reflection.v1alpha.ServerReflection</c>, the former name of the service, by which older tools ask.
/// Its messages are those of v1 byte for byte, so that neither a second .proto nor a conversion is needed.
/// </summary>
[BindServiceMethod(typeof(ReflectionV1AlphaBase), nameof(BindService))]
internal abstract class ReflectionV1AlphaBase
{
    private static readonly Method<ServerReflectionRequest, ServerReflectionResponse> Method = new(
        MethodType.DuplexStreaming,
        "grpc.reflection.v1alpha.ServerReflection",
        nameof(ServerReflectionInfo),
        MarshallerOf(ServerReflectionRequest.Parser),
        MarshallerOf(ServerReflectionResponse.Parser));

    /// <summary>Called by the server when the service is mapped, to ask for its methods; no service is passed then.</summary>
    public static void BindService(ServiceBinderBase binder, ReflectionV1AlphaBase? service) =>
        binder.AddMethod(Method, service is null ? null! : service.ServerReflectionInfo);

    /// <summary>Answers each request with one response, in order.</summary>
    public abstract Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context);

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom);
}
