using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Subscriptions;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DeadLetters;

/// <summary>The adapter of <c>subscriptions.v1.DeadLetterService</c>.</summary>
internal sealed class DeadLetterService(DatabaseCatalog databases) : Wire.DeadLetterService.DeadLetterServiceBase
{
    public override async Task<Wire.ListDeadLettersResponse> ListDeadLetters(Wire.ListDeadLettersRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var page = await database.Subscriptions.FailedItems.ListAsync(
            request.Subscription, FailedItemKind.DeadLetter, request.PageSize, request.PageToken, context.CancellationToken);
        var response = new Wire.ListDeadLettersResponse { NextPageToken = page.NextPageToken };
        foreach (var item in page.Items) response.Items.Add(FailedItemMapping.ToWire(item, database.Info.PartitionCount, isDue: false));
        return response;
    }

    public override async Task<Wire.ListRetriesResponse> ListRetries(Wire.ListRetriesRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var page = await database.Subscriptions.FailedItems.ListAsync(
            request.Subscription, FailedItemKind.Retry, request.PageSize, request.PageToken, context.CancellationToken);
        var response = new Wire.ListRetriesResponse { NextPageToken = page.NextPageToken };
        foreach (var item in page.Items) response.Items.Add(FailedItemMapping.ToWire(item, database.Info.PartitionCount, isDue: true));
        return response;
    }

    public override async Task<Wire.ReplayDeadLettersResponse> ReplayDeadLetters(Wire.ReplayDeadLettersRequest request, ServerCallContext context)
    {
        var failed = databases.Get(request.Database).Subscriptions.FailedItems;
        var ids = FailedItemMapping.ToIds(request.Ids, request.All);
        return new Wire.ReplayDeadLettersResponse
        {
            ReplayedCount = await failed.ReplayAsync(request.Subscription, ids, context.CancellationToken),
        };
    }

    public override async Task<Wire.DiscardDeadLettersResponse> DiscardDeadLetters(
        Wire.DiscardDeadLettersRequest request, ServerCallContext context)
    {
        var failed = databases.Get(request.Database).Subscriptions.FailedItems;
        var ids = FailedItemMapping.ToIds(request.Ids, request.All);
        return new Wire.DiscardDeadLettersResponse
        {
            DiscardedCount = await failed.DiscardAsync(request.Subscription, ids, context.CancellationToken),
        };
    }
}
