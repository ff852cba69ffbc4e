using System.Globalization;
using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Selectors;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Grpc.Errors;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>Which changes a reader gets.</summary>
/// <param name="View">What it gets to see; null: everything.</param>
/// <param name="Selects">Whether the view makes a content of its own, which is what the reader wants.</param>
internal sealed record FeedFilter(IChangeView? View, bool Selects)
{
    /// <summary>Prepares a filter.</summary>
    /// <exception cref="InvalidInputException">A field is outside its limit.</exception>
    /// <exception cref="EngineException">INVALID_QUERY.</exception>
    public static FeedFilter Parse(Wire.ChangeFilter? filter, Database database)
    {
        if (filter is null) return new FeedFilter(null, false);

        var queries = database.Subscriptions.Queries;
        return filter.FilterCase switch
        {
            Wire.ChangeFilter.FilterOneofCase.Query => OfQuery(filter.Query, queries),
            Wire.ChangeFilter.FilterOneofCase.Selector => Of(OfSelector(filter.Selector, queries)),
            Wire.ChangeFilter.FilterOneofCase.Ids => new FeedFilter(OfIds(filter.Ids), false),
            Wire.ChangeFilter.FilterOneofCase.Collection => Of(OfCollection(filter.Collection)),
            Wire.ChangeFilter.FilterOneofCase.Script => new FeedFilter(OfScript(filter.Script, queries), false),
            _ => throw new InvalidInputException("filter", "", "is empty; it needs query, selector, ids, collection or script, or is to be left out"),
        };
    }

    private static FeedFilter Of(IChangeFilter filter) => new(new FilterView(filter), false);

    private static FeedFilter OfQuery(Wire.QueryFilter filter, QueryCompiler queries)
    {
        const string Field = "filter.query.query";
        if (filter.Query.Length == 0) throw new InvalidInputException(Field, "", "is required, such as: from Orders");
        try
        {
            var query = queries.Compile(filter.Query, filter.Parameters);
            if (query.ReadsRevisions)
                throw new InvalidInputException(Field, filter.Query, "asks for revisions; a feed has the newest version of each document, so leave (Revisions = true) out");
            if (query.Query.Include is not null)
                throw new InvalidInputException(Field, filter.Query, "has an include clause; in a feed no other documents come along");
            return new FeedFilter(query.CreateView(), query.Query.Select is not null);
        }
        catch (Exception e) when (FlatFields.Concern(e))
        {
            throw FlatFields.Rename(e, "filter.query.");
        }
    }

    private static IChangeFilter OfSelector(string selector, QueryCompiler queries)
    {
        try
        {
            return Selector.Parse(selector, queries.Limits).CreateFilter();
        }
        catch (SelectorException e)
        {
            throw new EngineException(
                ErrorCode.InvalidQuery, $"filter.selector: {e.Message}",
                ("field", "filter.selector"), ("place", e.Place), ("operator", e.Operator ?? ""));
        }
    }

    private static IdView OfIds(Wire.IdsFilter filter)
    {
        var ids = filter.Ids;
        if (ids.Count is 0 or > IdView.MaxIds)
            throw new InvalidInputException("filter.ids.ids", "", $"has {ids.Count.ToString(CultureInfo.InvariantCulture)} ids; it has 1 to {IdView.MaxIds}");
        for (var i = 0; i < ids.Count; i++)
        {
            if (!DocumentLimits.IsId(ids[i]))
                throw new InvalidInputException($"filter.ids.ids[{i}]", ids[i], $"is no document's id, which has 1 to {DocumentLimits.MaxIdBytes} bytes");
        }

        return new IdView(ids.ToHashSet(StringComparer.Ordinal));
    }

    private static CollectionFilter OfCollection(string collection)
    {
        DocumentLimits.CheckCollection(collection, "filter.collection");
        return new CollectionFilter(collection);
    }

    private static IChangeView OfScript(Wire.ScriptFilter filter, QueryCompiler queries)
    {
        const string Field = "filter.script.source";
        if (filter.Source.Length == 0) throw new InvalidInputException(Field, "", "is required, such as: function (doc, req) { return true; }");
        try
        {
            return queries.CompileDesignFunction(filter.Source, DesignFunctionKind.Filter).CreateFilter(RequestOf(filter.Parameters, queries.Limits));
        }
        catch (DesignFunctionException e)
        {
            throw new EngineException(
                ErrorCode.InvalidQuery, $"{Field}: {e.Message}",
                ("field", Field),
                ("line", e.Line.ToString(CultureInfo.InvariantCulture)),
                ("column", e.Column.ToString(CultureInfo.InvariantCulture)));
        }
    }

    // What the function gets as req.
    private static byte[] RequestOf(string parameters, QueryLimits limits)
    {
        const string Field = "filter.script.parameters";
        if (parameters.Length > limits.MaxTextBytes)
            throw new InvalidInputException(Field, "", $"is {parameters.Length} characters long; parameters have at most {limits.MaxTextBytes} (Limits:QueryBytes)");
        try
        {
            // One level less than a request may have: it becomes a part of one.
            using var json = JsonDocument.Parse(
                parameters.Length == 0 ? "{}" : parameters, new JsonDocumentOptions { MaxDepth = DocumentLimits.MaxDepth - 1 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new InvalidInputException(Field, parameters, "is not a JSON object, such as {\"name\": 1}");
            return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, JsonElement> { ["query"] = json.RootElement });
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(
                Field, parameters, $"is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}, or nests deeper than {DocumentLimits.MaxDepth - 1} levels");
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException(Field, parameters, "has a string that is not valid Unicode");
        }
    }
}
