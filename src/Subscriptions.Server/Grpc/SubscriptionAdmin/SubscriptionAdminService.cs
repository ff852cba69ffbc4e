using Subscriptions.Core.Databases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Grpc.Work;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

/// <summary>The adapter of <c>subscriptions.v1.SubscriptionAdminService</c>; one file an RPC.</summary>
internal sealed partial class SubscriptionAdminService(DatabaseCatalog databases, WorkerConnections workers)
    : Wire.SubscriptionAdminService.SubscriptionAdminServiceBase
{
    private Wire.Subscription ToWire(SubscriptionRegistry registry, SubscriptionEntry entry) =>
        SubscriptionMapping.ToWire(entry.Stored, registry.GetWorkers(entry), registry.GetLag(entry), workers);
}
