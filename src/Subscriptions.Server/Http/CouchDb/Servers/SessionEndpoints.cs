using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Servers;

/// <summary>
/// Who the client is: nobody in particular, with all rights, as with a CouchDB that has no users. Clients that log in are let in under any name.
/// </summary>
internal sealed class SessionEndpoints : ICouchEndpoints
{
    // Clients that log in look for it. It opens nothing, because nothing is closed.
    private const string Cookie = "AuthSession=anonymous; Version=1; Path=/; HttpOnly";
    private const string NoCookie = "AuthSession=; Version=1; Path=/; HttpOnly; Max-Age=0";

    private static readonly byte[] Session =
        """{"ok":true,"userCtx":{"name":null,"roles":["_admin"]},"info":{"authentication_handlers":[],"authenticated":"default"}}"""u8.ToArray();

    private static readonly byte[] LoggedIn = """{"ok":true,"name":null,"roles":["_admin"]}"""u8.ToArray();

    /// <inheritdoc />
    public void Map(CouchRouteTable routes) =>
        routes.Add(CouchPlace.Server, "_session", ("GET", GetAsync), ("HEAD", GetAsync), ("POST", LogInAsync), ("DELETE", LogOutAsync));

    private static Task GetAsync(CouchRequest request) => request.AnswerAsync(StatusCodes.Status200OK, Session);

    private static async Task LogInAsync(CouchRequest request)
    {
        await request.ReadBodyAsync();
        request.Context.Response.Headers.SetCookie = Cookie;
        await request.AnswerAsync(StatusCodes.Status200OK, LoggedIn);
    }

    private static Task LogOutAsync(CouchRequest request)
    {
        request.Context.Response.Headers.SetCookie = NoCookie;
        return request.AnswerOkAsync();
    }
}
