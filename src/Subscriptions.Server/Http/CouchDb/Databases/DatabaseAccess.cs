using System.Globalization;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Databases;

/// <summary>Finds the database that a request names.</summary>
internal static class DatabaseAccess
{
    /// <summary>The database.</summary>
    /// <exception cref="CouchException">There is none of that name, or it is no name.</exception>
    public static Database Open(this DatabaseCatalog databases, CouchRequest request)
    {
        try
        {
            return databases.Get(request.Path.Database);
        }
        catch (Exception e) when (e is InvalidInputException or EngineException { Code: ErrorCode.DatabaseNotFound })
        {
            throw CouchException.NoDatabase();
        }
    }

    /// <summary>What tells a database from another one of its name: replicators compare it.</summary>
    public static string InstanceStartTime(this Database database) =>
        database.Info.CreatedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
