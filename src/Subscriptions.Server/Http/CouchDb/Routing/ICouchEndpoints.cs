namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>Some of what is served. All that are registered as services are asked once.</summary>
internal interface ICouchEndpoints
{
    /// <summary>Adds what they serve.</summary>
    void Map(CouchRouteTable routes);
}
