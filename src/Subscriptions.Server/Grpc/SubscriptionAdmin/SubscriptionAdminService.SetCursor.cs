using Grpc.Core;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.SetCursorResponse> SetCursor(Wire.SetCursorRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var cursor = SubscriptionMapping.ToStartPoint(request.Cursor, "cursor")
            ?? throw new InvalidInputException("cursor", "", "is required: beginning, now, change_vector or resume_token");
        var entry = await registry.SetCursorAsync(request.Name, cursor, CancellationToken.None);
        return new Wire.SetCursorResponse { Subscription = await ToWireAsync(registry, entry) };
    }
}
