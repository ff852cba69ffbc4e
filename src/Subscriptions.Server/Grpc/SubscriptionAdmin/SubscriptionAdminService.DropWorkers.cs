using System.Globalization;
using Grpc.Core;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override Task<Wire.DropWorkersResponse> DropWorkers(Wire.DropWorkersRequest request, ServerCallContext context)
    {
        if (request.FencingToken < 0)
        {
            throw new InvalidInputException(
                "fencing_token", request.FencingToken.ToString(CultureInfo.InvariantCulture), "is negative; a worker's token is 1 or more, and 0 means whatever it is");
        }

        FencingToken? token = request.FencingToken == 0 ? null : new FencingToken(request.FencingToken);
        var dropped = databases.Get(request.Database).Subscriptions.DropWorkers(request.Name, request.WorkerName, token);
        return Task.FromResult(new Wire.DropWorkersResponse { DroppedCount = dropped });
    }
}
