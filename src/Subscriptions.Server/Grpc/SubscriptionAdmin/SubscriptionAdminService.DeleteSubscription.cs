using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.DeleteSubscriptionResponse> DeleteSubscription(
        Wire.DeleteSubscriptionRequest request, ServerCallContext context)
    {
        // Once the store has it, memory must follow, whether or not the caller waits for it.
        await databases.Get(request.Database).Subscriptions.DeleteAsync(request.Name, CancellationToken.None);
        return new Wire.DeleteSubscriptionResponse();
    }
}
