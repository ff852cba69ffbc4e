using Grpc.Core;
using Grpc.Reflection.V1;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>Serves <c>grpc.reflection.v1.ServerReflection</c> from <see cref="ReflectionCatalog"/>.</summary>
internal sealed class ReflectionService(ReflectionCatalog catalog, IHostApplicationLifetime lifetime)
    : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        // Tools keep the stream open while their user thinks; that must not hold the shutdown up.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var request in requestStream.ReadAllAsync(end.Token))
                await responseStream.WriteAsync(catalog.Answer(request), end.Token);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The caller is gone, and nobody is left to answer.
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The server is stopping."));
        }
    }
}
