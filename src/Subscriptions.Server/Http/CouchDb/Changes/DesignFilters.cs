using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>Filters that are functions of design documents.</summary>
internal static class DesignFilters
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DocumentLimits.MaxDepth };

    /// <summary>The filter <c>design/name</c>: <c>filters.name</c> of a design document.</summary>
    /// <param name="request">What the function gets to see of it is its second argument.</param>
    /// <param name="body">Its body.</param>
    /// <param name="database">Where the design document is.</param>
    /// <param name="filter">The filter.</param>
    /// <exception cref="CouchException">There is none, or it cannot be used.</exception>
    public static async ValueTask<IChangeView> FilterAsync(CouchRequest request, JsonElement? body, Database database, string filter)
    {
        var (id, name) = Split(filter) ?? throw CouchException.BadRequest("`filter` must be of the form `designname/filtername`");
        using var design = await ReadAsync(id, database, request.Aborted);
        var function = Compile(Member(design.RootElement, "filters", name), DesignFunctionKind.Filter, database);
        return function.CreateFilter(FilterRequest.Write(request, body, database));
    }

    /// <summary>The view <c>design/name</c> as a filter: a document passes that the view's map function emits something for.</summary>
    /// <exception cref="CouchException">There is none, or it cannot be used.</exception>
    public static async ValueTask<IChangeView> ViewAsync(CouchRequest request, Database database, string view)
    {
        var (id, name) = Split(view) ?? throw CouchException.BadRequest("`view` must be of the form `designname/viewname`");
        using var design = await ReadAsync(id, database, request.Aborted);
        var map = Member(Member(design.RootElement, "views", name), "map");
        return Compile(map, DesignFunctionKind.Map, database).CreateFilter();
    }

    private static (string Id, string Name)? Split(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 1 || slash == text.Length - 1 ? null : (CollectionName.DesignPrefix + text[..slash], text[(slash + 1)..]);
    }

    private static async ValueTask<JsonDocument> ReadAsync(string id, Database database, CancellationToken cancellationToken)
    {
        var design = JsonDocument.Parse((await database.GetDocumentAsync(id, cancellationToken)).Content, Options);
        try
        {
            RequireJavaScript(design.RootElement);
            return design;
        }
        catch (CouchException)
        {
            design.Dispose();
            throw;
        }
    }

    private static void RequireJavaScript(JsonElement design)
    {
        if (!design.TryGetProperty("language", out var language) || (language.ValueKind == JsonValueKind.String && language.ValueEquals("javascript"))) return;
        throw new CouchException(
            StatusCodes.Status400BadRequest, "unknown_query_language", "Functions of design documents are in JavaScript here; the document's language is another.");
    }

    private static JsonElement Member(JsonElement design, string section, string name) => Member(Member(design, section), name);

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : throw CouchException.NotFound($"missing json key: {name}");

    private static DesignFunction Compile(JsonElement source, DesignFunctionKind kind, Database database)
    {
        if (source.ValueKind != JsonValueKind.String) throw Invalid("the function is not a text");
        try
        {
            return database.Subscriptions.Queries.CompileDesignFunction(source.GetString()!, kind);
        }
        catch (DesignFunctionException e)
        {
            throw Invalid(e.Message);
        }
        catch (InvalidOperationException)
        {
            throw Invalid("the function's text is not valid Unicode");
        }
    }

    private static CouchException Invalid(string problem) => new(StatusCodes.Status400BadRequest, "compilation_error", problem);
}
