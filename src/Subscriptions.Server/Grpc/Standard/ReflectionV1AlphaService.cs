using Grpc.Core;
using Grpc.Reflection.V1;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>Serves <c>grpc.reflection.v1alpha.ServerReflection</c> as <see cref="ReflectionService"/> serves v1.</summary>
internal sealed class ReflectionV1AlphaService(ReflectionService service) : ReflectionV1AlphaBase
{
    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context) => service.ServerReflectionInfo(requestStream, responseStream, context);
}
