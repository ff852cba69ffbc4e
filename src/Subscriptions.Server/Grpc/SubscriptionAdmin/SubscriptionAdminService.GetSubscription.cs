using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.GetSubscriptionResponse> GetSubscription(Wire.GetSubscriptionRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var subscription = await ToWireAsync(registry, registry.Get(request.Name), context.CancellationToken);
        return new Wire.GetSubscriptionResponse { Subscription = subscription };
    }
}
