using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Selectors;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>What a reader of <c>_changes</c> gets to see.</summary>
/// <param name="View">Of changes; null: all.</param>
/// <param name="Fields">Of documents; null: all.</param>
internal sealed record ChangesFilter(IChangeView? View, FieldSelection? Fields)
{
    private static readonly ChangesFilter None = new(null, null);

    /// <summary>Reads which filter a request asks for, and prepares it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">The body of a POST.</param>
    /// <param name="database">Its database.</param>
    /// <exception cref="CouchException">There is no such filter, or it cannot be used.</exception>
    public static async ValueTask<ChangesFilter> ReadAsync(CouchRequest request, JsonElement? body, Database database)
    {
        var query = request.Query;
        switch (query["filter"])
        {
            case null or "":
                return None;
            case "_doc_ids":
                return new ChangesFilter(IdFilter.Parse(Property(body, "doc_ids") ?? Ids(query)), null);
            case "_selector":
                return Selector(body, request, database.Subscriptions.Queries.Limits);
            case "_design":
                return Of(new DesignFilter());
            case "_view":
                var view = query["view"] ?? throw CouchException.BadRequest("`view` filter parameter is not provided.");
                return new ChangesFilter(await DesignFilters.ViewAsync(request, database, view), null);
            case ['_', ..]:
                throw CouchException.BadRequest("unknown builtin filter name");
            case var name:
                return new ChangesFilter(await DesignFilters.FilterAsync(request, body, database, name), null);
        }
    }

    private static ChangesFilter Of(IChangeFilter filter) => new(new FilterView(filter), null);

    private static JsonElement? Property(JsonElement? body, string name) =>
        body is { } json && json.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement? Ids(CouchQuery query)
    {
        try
        {
            return query.Json("doc_ids");
        }
        catch (CouchException)
        {
            return null;
        }
    }

    private static ChangesFilter Selector(JsonElement? body, CouchRequest request, QueryLimits limits)
    {
        if (!HttpMethods.IsPost(request.Context.Request.Method)) throw CouchException.BadRequest("Selector must be specified in POST payload");
        if (Property(body, "selector") is not { ValueKind: JsonValueKind.Object } selector)
            throw CouchException.BadRequest("Selector error: expected a JSON object");
        try
        {
            var filter = Core.Queries.Selectors.Selector.Parse(selector.GetRawText(), limits).CreateFilter();
            return new ChangesFilter(new FilterView(filter), FieldSelection.Parse(Property(body, "fields") ?? default));
        }
        catch (SelectorException e)
        {
            // In CouchDB's words, which name the operator and not the place.
            throw CouchException.BadRequest(e.Operator is null ? e.Message : e.Problem);
        }
    }
}
