namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>Every place that is served. Filled once, then only read.</summary>
internal sealed class CouchRouteTable
{
    private readonly Dictionary<(CouchPlace Place, string Name), CouchRoute> _named = [];
    private readonly Dictionary<CouchPlace, CouchRoute> _others = [];

    /// <summary>What the server or a database does under a name; an empty name is itself. What stands there already stays.</summary>
    public void Add(CouchPlace place, string name, params (string Method, CouchHandler Handler)[] handlers) =>
        _named[(place, name)] = new CouchRoute([.. _named.GetValueOrDefault((place, name))?.Handlers ?? [], .. handlers]);

    /// <summary>What can be done at every place of a kind that has no name of its own. What stands there already stays.</summary>
    public void AddAll(CouchPlace place, params (string Method, CouchHandler Handler)[] handlers) =>
        _others[place] = new CouchRoute([.. _others.GetValueOrDefault(place)?.Handlers ?? [], .. handlers]);

    /// <summary>What can be done at a path; null when there is nothing.</summary>
    public CouchRoute? Find(CouchPath path)
    {
        var isNamed = path.Place is CouchPlace.Server or CouchPlace.Database;
        if (isNamed && path.Rest.Length == 0 && _named.TryGetValue((path.Place, path.Name), out var route)) return route;
        return _others.GetValueOrDefault(path.Place);
    }
}
