using System.Globalization;
using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Databases;

/// <summary>What CouchDB lets set or force, and this server has fixed: durability, rights, how many revisions are known.</summary>
internal sealed class DatabaseSettingEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    // A version and its ancestors, which are known without their contents.
    private static readonly byte[] RevisionsLimit =
        Encoding.ASCII.GetBytes((RevisionHistory.MaxAncestors + 1).ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc />
    public void Map(CouchRouteTable routes)
    {
        routes.Add(CouchPlace.Database, "_ensure_full_commit", ("POST", CommitAsync));
        routes.Add(CouchPlace.Database, "_security", ("GET", GetSecurityAsync), ("HEAD", GetSecurityAsync), ("PUT", SetSecurityAsync));
        routes.Add(CouchPlace.Database, "_revs_limit", ("GET", GetRevisionsLimitAsync), ("HEAD", GetRevisionsLimitAsync), ("PUT", SetRevisionsLimitAsync));
    }

    // Every write was durable when it was answered.
    private async Task CommitAsync(CouchRequest request)
    {
        request.RequireJsonContent();
        var database = databases.Open(request);
        await request.ReadBodyAsync();
        await request.AnswerAsync(StatusCodes.Status201Created, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok"u8, true);
            json.WriteString("instance_start_time"u8, database.InstanceStartTime());
            json.WriteEndObject();
        });
    }

    private Task GetSecurityAsync(CouchRequest request)
    {
        _ = databases.Open(request);
        return request.AnswerAsync(StatusCodes.Status200OK, "{}"u8.ToArray());
    }

    private Task SetSecurityAsync(CouchRequest request)
    {
        _ = databases.Open(request);
        throw CouchException.NotImplemented("This server has no users, so rights cannot be given to any: who reaches it may do everything.");
    }

    private Task GetRevisionsLimitAsync(CouchRequest request)
    {
        _ = databases.Open(request);
        return request.AnswerAsync(StatusCodes.Status200OK, RevisionsLimit);
    }

    private Task SetRevisionsLimitAsync(CouchRequest request)
    {
        _ = databases.Open(request);
        throw CouchException.NotImplemented("How many revisions are known of a document is fixed.");
    }
}
