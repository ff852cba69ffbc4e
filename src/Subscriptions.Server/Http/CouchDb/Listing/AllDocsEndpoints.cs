using System.Text.Json;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Listing;

/// <summary><c>/db/_all_docs</c>: documents by id, a range of them or those that are named.</summary>
internal sealed class AllDocsEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes) =>
        routes.Add(CouchPlace.Database, "_all_docs", ("GET", GetAsync), ("HEAD", GetAsync), ("POST", PostAsync));

    private Task GetAsync(CouchRequest request) => ListAsync(request, databases.Open(request), new ListParameters(request.Query, default));

    private async Task PostAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        request.RequireJsonContent();
        using var body = await request.ReadObjectAsync();
        await ListAsync(request, database, new ListParameters(request.Query, body.RootElement));
    }

    private static async Task ListAsync(CouchRequest request, Database database, ListParameters parameters)
    {
        var withDocuments = parameters.Switch("include_docs");
        var (skip, limit) = (parameters.Count("skip") ?? 0, parameters.Count("limit") ?? int.MaxValue);
        var statistics = await database.GetStatisticsAsync(request.Aborted);
        var rows = new ListRows(new CouchRows(request, StatusCodes.Status200OK), withDocuments);
        var seq = parameters.Switch("update_seq") ? ResumeToken.Now(database.Feed.Partitions).ToString() : null;

        if (parameters.Json("keys") is { } keys)
        {
            if (keys.ValueKind != JsonValueKind.Array) throw CouchException.BadRequest("`keys` member must be an array.");
            IEnumerable<JsonElement> wanted = keys.EnumerateArray();
            if (parameters.Switch("descending")) wanted = wanted.Reverse();
            rows.Begin(statistics.Documents, offset: null, seq);
            foreach (var key in wanted.Skip(skip).Take(limit)) await WriteAsync(key);
        }
        else
        {
            var range = ListRange.Of(parameters);
            rows.Begin(statistics.Documents, range?.StartId is null ? Math.Min(skip, statistics.Documents) : null, seq);
            if (range is not null && limit > 0) await WriteRangeAsync(range with { Skip = skip, WithContent = withDocuments }, limit);
        }

        await rows.CompleteAsync();

        async ValueTask WriteAsync(JsonElement key)
        {
            var document = key.Text() is { } id ? await database.FindAsync(id, request.Aborted) : null;
            if (document is null) await rows.AddMissingAsync(key);
            else await rows.AddAsync(document);
        }

        async ValueTask WriteRangeAsync(DocumentRange range, int count)
        {
            await foreach (var document in DocumentPages.ReadAsync(database, range, count, request.Aborted)) await rows.AddAsync(document);
        }
    }
}
