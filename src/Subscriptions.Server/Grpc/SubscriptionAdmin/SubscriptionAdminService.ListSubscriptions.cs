using Grpc.Core;
using Subscriptions.Core.Subscriptions;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

internal sealed partial class SubscriptionAdminService
{
    // Queries may be long: a page stays below what gRPC clients take by default, unless one subscription is larger.
    private const int MaxPageBytes = 2 * 1024 * 1024;

    public override async Task<Wire.ListSubscriptionsResponse> ListSubscriptions(
        Wire.ListSubscriptionsRequest request, ServerCallContext context)
    {
        var registry = databases.Get(request.Database).Subscriptions;
        var filter = new SubscriptionFilter
        {
            NamePrefix = request.NamePrefix,
            Disabled = request.HasDisabled ? request.Disabled : null,
            Connected = request.HasConnected ? request.Connected : null,
        };
        var page = registry.List(filter, request.PageSize, request.PageToken);
        var fits = CountThatFit(page.Entries);
        if (fits < page.Entries.Count) page = registry.List(filter, fits, request.PageToken);

        var response = new Wire.ListSubscriptionsResponse { NextPageToken = page.NextPageToken };
        foreach (var entry in page.Entries) response.Subscriptions.Add(await ToWireAsync(registry, entry, context.CancellationToken));
        return response;
    }

    private static int CountThatFit(IReadOnlyList<SubscriptionEntry> entries)
    {
        var bytes = 0L;
        for (var i = 0; i < entries.Count; i++)
        {
            bytes += SubscriptionMapping.ToWire(entries[i].Definition).CalculateSize();
            if (bytes > MaxPageBytes && i > 0) return i;
        }

        return entries.Count;
    }
}
