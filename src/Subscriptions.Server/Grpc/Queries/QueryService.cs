using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Grpc.SubscriptionAdmin;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Queries;

/// <summary>The adapter of <c>subscriptions.v1.QueryService</c>.</summary>
internal sealed class QueryService(DatabaseCatalog databases, TimeProvider time) : Wire.QueryService.QueryServiceBase
{
    public override async Task<Wire.TryQueryResponse> TryQuery(Wire.TryQueryRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var options = TrialMapping.ToOptions(request);
        var start = (SubscriptionMapping.ToStartPoint(request.Start, "start") ?? new StartPoint.Beginning())
            .Resolve(database.Feed.Partitions, "start");
        try
        {
            var query = database.Subscriptions.Queries.Compile(request.Query, request.Parameters);
            if (query.ReadsRevisions) database.RequireRevisions(query.Collection);
            var result = await new QueryTrial(database.Feed, query, options, time).RunAsync(start, context.CancellationToken);
            return TrialMapping.ToWire(result);
        }
        catch (Exception e) when (FlatFields.Concern(e))
        {
            throw FlatFields.Rename(e);
        }
    }
}
