using Grpc.Core;
using Subscriptions.Server.Grpc.Errors;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.UpdateSubscriptionResponse> UpdateSubscription(
        Wire.UpdateSubscriptionRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var changes = SubscriptionMapping.ToChanges(request);
        try
        {
            var (entry, isChanged, isCreated) = await registry.UpdateAsync(request.Name, changes, context.CancellationToken);
            return new Wire.UpdateSubscriptionResponse
            {
                Subscription = await ToWireAsync(registry, entry),
                Changed = isChanged,
                Created = isCreated,
            };
        }
        catch (Exception e) when (FlatFields.Concern(e))
        {
            throw FlatFields.Rename(e);
        }
    }
}
