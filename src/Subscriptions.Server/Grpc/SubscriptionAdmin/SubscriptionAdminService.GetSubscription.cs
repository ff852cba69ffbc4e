using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override Task<Wire.GetSubscriptionResponse> GetSubscription(Wire.GetSubscriptionRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        return Task.FromResult(new Wire.GetSubscriptionResponse { Subscription = ToWire(registry, registry.Get(request.Name)) });
    }
}
