using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Databases;

/// <summary><c>/_all_dbs</c>.</summary>
internal sealed class DatabaseListEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes) => routes.Add(CouchPlace.Server, "_all_dbs", ("GET", ListAsync), ("HEAD", ListAsync));

    private Task ListAsync(CouchRequest request)
    {
        var names = Select(request.Query);
        return request.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var name in names) json.WriteStringValue(name);
            json.WriteEndArray();
        });
    }

    private List<string> Select(CouchQuery query)
    {
        var isDescending = query.Switch("descending");
        var (start, end) = (Key(query, "startkey", "start_key"), Key(query, "endkey", "end_key"));
        var (low, high) = isDescending ? (end, start) : (start, end);
        var names = databases.List().Select(d => d.Info.Name.Value)
            .Where(name => (low is null || string.CompareOrdinal(name, low) >= 0) && (high is null || string.CompareOrdinal(name, high) <= 0));
        if (isDescending) names = names.Reverse();
        return [.. names.Skip(query.Count("skip") ?? 0).Take(query.Count("limit") ?? int.MaxValue)];
    }

    private static string? Key(CouchQuery query, string name, string alias) => query.Json(name, alias) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } key => key.GetString(),
        _ => throw CouchException.BadParameter($"`{name}` must be the name of a database, as a JSON string."),
    };
}
