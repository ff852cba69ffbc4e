using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>Answers one request; what it throws becomes the answer.</summary>
internal delegate Task CouchHandler(CouchRequest request);

/// <summary>What can be done at one place. Immutable.</summary>
/// <param name="handlers">Methods and what they do, in the order in which <c>Allow</c> names them.</param>
internal sealed class CouchRoute(params (string Method, CouchHandler Handler)[] handlers)
{
    /// <summary>Methods and what they do.</summary>
    public IReadOnlyList<(string Method, CouchHandler Handler)> Handlers { get; } = handlers;

    /// <summary>The methods as <c>Allow</c> names them.</summary>
    public string Allow { get; } = string.Join(',', handlers.Select(h => h.Method));

    /// <summary>What a method does; null when it is not allowed. HEAD is GET unless it is listed itself: the network leaves the body out.</summary>
    public CouchHandler? Find(string method)
    {
        foreach (var (name, handler) in Handlers)
        {
            if (HttpMethods.Equals(name, method)) return handler;
        }

        return HttpMethods.IsHead(method) ? Find(HttpMethods.Get) : null;
    }
}
