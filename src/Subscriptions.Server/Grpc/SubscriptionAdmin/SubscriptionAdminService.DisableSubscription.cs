using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.DisableSubscriptionResponse> DisableSubscription(
        Wire.DisableSubscriptionRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var entry = await registry.SetDisabledAsync(request.Name, isDisabled: true, CancellationToken.None);
        return new Wire.DisableSubscriptionResponse { Subscription = await ToWireAsync(registry, entry) };
    }
}
