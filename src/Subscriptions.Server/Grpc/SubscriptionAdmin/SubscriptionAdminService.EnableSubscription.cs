using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.EnableSubscriptionResponse> EnableSubscription(
        Wire.EnableSubscriptionRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var entry = await registry.SetDisabledAsync(request.Name, isDisabled: false, CancellationToken.None);
        return new Wire.EnableSubscriptionResponse { Subscription = await ToWireAsync(registry, entry) };
    }
}
