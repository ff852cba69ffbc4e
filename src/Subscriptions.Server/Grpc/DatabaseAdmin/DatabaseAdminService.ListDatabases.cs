using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.ListDatabasesResponse> ListDatabases(Wire.ListDatabasesRequest request, ServerCallContext context)
    {
        var response = new Wire.ListDatabasesResponse();
        foreach (var database in databases.List())
            response.Databases.Add(await DatabaseMapping.ToWireAsync(database, context.CancellationToken));
        return response;
    }
}
