using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>Serves <c>grpc.health.v1.Health</c> from <see cref="HealthStatuses"/>.</summary>
internal sealed class HealthService(HealthStatuses statuses) : Health.HealthBase
{
    /// <summary>
    /// Characters in the name of a service. A watch keeps the name for as long as it is open, so it must not be the size of a message.
    /// </summary>
    public const int MaxServiceLength = 512;

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var service = Validated(request);
        if (statuses.Find(service) is not { } status)
            throw new RpcException(new Status(StatusCode.NotFound, $"The server has no service '{service}'."));
        return Task.FromResult(Response(status));
    }

    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var response = new HealthListResponse();
        foreach (var (service, status) in statuses.All())
            response.Statuses.Add(service, Response(status));
        return Task.FromResult(response);
    }

    public override async Task Watch(
        HealthCheckRequest request,
        IServerStreamWriter<HealthCheckResponse> responseStream,
        ServerCallContext context)
    {
        using var watch = statuses.Watch(Validated(request));
        try
        {
            ServingStatus? told = null;
            await foreach (var status in watch.Statuses.ReadAllAsync(context.CancellationToken))
            {
                // What was overtaken may have led back to what the caller knows.
                if (status == told)
                    continue;
                await responseStream.WriteAsync(Response(status), context.CancellationToken);
                told = status;
            }
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The regular end of a watch: the caller is gone, and nobody is left to answer.
            return;
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "The server is stopping."));
    }

    private static string Validated(HealthCheckRequest request) =>
        request.Service.Length <= MaxServiceLength
            ? request.Service
            : throw new RpcException(new Status(
                StatusCode.InvalidArgument,
                $"service has {request.Service.Length} characters; at most {MaxServiceLength} are allowed."));

    private static HealthCheckResponse Response(ServingStatus status) => new() { Status = status };
}
