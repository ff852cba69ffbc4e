using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Subscriptions;

/// <summary>What registries share.</summary>
/// <param name="Store">Where subscriptions are kept.</param>
/// <param name="Leases">Who works.</param>
/// <param name="MaxSubscriptions">The most subscriptions of one database.</param>
/// <param name="Time">The clock.</param>
public sealed record RegistryServices(ISubscriptionStore Store, SubscriptionLeaseManager Leases, int MaxSubscriptions, TimeProvider Time)
{
    /// <summary>Compiles queries.</summary>
    public QueryCompiler Queries { get; init; } = new();
}
