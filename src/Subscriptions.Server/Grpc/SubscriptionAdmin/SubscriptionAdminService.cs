using Subscriptions.Core.Databases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Grpc.Work;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

/// <summary>The adapter of <c>subscriptions.v1.SubscriptionAdminService</c>; one file an RPC.</summary>
internal sealed partial class SubscriptionAdminService(DatabaseCatalog databases, WorkerConnections workers)
    : Wire.SubscriptionAdminService.SubscriptionAdminServiceBase
{
    // What was changed is durable by now: a caller that has gone does not make the answer an error.
    private async Task<Wire.Subscription> ToWireAsync(
        SubscriptionRegistry registry, SubscriptionEntry entry, CancellationToken cancellationToken = default)
    {
        var failed = await registry.FailedItems.CountAsync(entry, cancellationToken);
        return SubscriptionMapping.ToWire(entry.Stored, registry.GetWorkers(entry), registry.GetLag(entry), failed, workers);
    }
}
