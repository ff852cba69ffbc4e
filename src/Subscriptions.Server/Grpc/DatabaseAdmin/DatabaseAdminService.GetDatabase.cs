using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.GetDatabaseResponse> GetDatabase(Wire.GetDatabaseRequest request, ServerCallContext context) =>
        new() { Database = await DatabaseMapping.ToWireAsync(Find(request.Name), context.CancellationToken) };
}
