using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override Task<Wire.DropWorkersResponse> DropWorkers(Wire.DropWorkersRequest request, ServerCallContext context)
    {
        var dropped = databases.Get(request.Database).Subscriptions.DropWorkers(request.Name, request.WorkerName);
        return Task.FromResult(new Wire.DropWorkersResponse { DroppedCount = dropped });
    }
}
