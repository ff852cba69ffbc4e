using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override Task<Wire.ListSubscriptionsResponse> ListSubscriptions(Wire.ListSubscriptionsRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var response = new Wire.ListSubscriptionsResponse();
        foreach (var entry in registry.List()) response.Subscriptions.Add(ToWire(registry, entry));
        return Task.FromResult(response);
    }
}
