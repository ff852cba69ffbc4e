namespace Subscriptions.Client;

/// <summary>Which changes a feed has. The server checks it when the feed begins: <see cref="InvalidQueryException"/>. Immutable.</summary>
public sealed class ChangeFilter
{
    private ChangeFilter(V1.ChangeFilter wire) => Wire = wire;

    internal V1.ChangeFilter Wire { get; }

    /// <summary>
    /// What a query lets pass, and all deletions and expiries in its collection. With a <c>select</c> clause, rows have what that made of the
    /// document. Queries over revisions and those with <c>include</c> are refused.
    /// </summary>
    /// <param name="query">In the language of subscriptions, such as <c>from Orders where Total &gt; $min</c>.</param>
    /// <param name="parameters">The values of its parameters: one JSON object, or empty.</param>
    public static ChangeFilter Query(string query, string parameters = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(query);
        ArgumentNullException.ThrowIfNull(parameters);
        return new ChangeFilter(new V1.ChangeFilter { Query = new V1.QueryFilter { Query = query, Parameters = parameters } });
    }

    /// <summary>What a CouchDB selector (Mango) lets pass.</summary>
    /// <param name="json">One JSON object.</param>
    public static ChangeFilter Selector(string json)
    {
        ArgumentException.ThrowIfNullOrEmpty(json);
        return new ChangeFilter(new V1.ChangeFilter { Selector = json });
    }

    /// <summary>These documents.</summary>
    /// <param name="ids">1 to 100,000.</param>
    public static ChangeFilter Ids(params IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new ChangeFilter(new V1.ChangeFilter { Ids = new V1.IdsFilter { Ids = { ids } } });
    }

    /// <summary>The documents of one collection, those that were deleted from it included.</summary>
    public static ChangeFilter Collection(string collection)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        return new ChangeFilter(new V1.ChangeFilter { Collection = collection });
    }

    /// <summary>What a function in JavaScript lets pass, as in CouchDB's design documents.</summary>
    /// <param name="source">One function expression: <c>function (doc, req) { … }</c>.</param>
    /// <param name="parameters">What it gets as <c>req.query</c>: one JSON object, or empty.</param>
    public static ChangeFilter Script(string source, string parameters = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(parameters);
        return new ChangeFilter(new V1.ChangeFilter { Script = new V1.ScriptFilter { Source = source, Parameters = parameters } });
    }

    /// <inheritdoc/>
    public override string ToString() => Wire.ToString();
}
