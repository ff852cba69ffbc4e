using Grpc.Core;
using Subscriptions.Core.Subscriptions;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    public override async Task<Wire.CreateSubscriptionResponse> CreateSubscription(
        Wire.CreateSubscriptionRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var definition = SubscriptionMapping.ToDefinition(request.Definition, database.Info.Name);
        var start = SubscriptionMapping.ToStartPoint(request.Start, "start") ?? new StartPoint.Beginning();

        var (entry, isCreated) = await database.Subscriptions.CreateAsync(definition, start, context.CancellationToken);
        return new Wire.CreateSubscriptionResponse { Subscription = await ToWireAsync(database.Subscriptions, entry), Created = isCreated };
    }
}
