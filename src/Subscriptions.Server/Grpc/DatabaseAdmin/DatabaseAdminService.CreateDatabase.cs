using Grpc.Core;
using Subscriptions.Core.Documents;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.CreateDatabaseResponse> CreateDatabase(Wire.CreateDatabaseRequest request, ServerCallContext context)
    {
        var name = DatabaseName.Parse(request.Name, "name");
        var partitions = request.PartitionCount == 0 ? 1 : request.PartitionCount;
        var settings = DatabaseMapping.ToSettings(request.Settings);
        DatabaseLimits.Check(partitions, settings);

        var (database, isCreated) = await databases.CreateAsync(name, partitions, settings, context.CancellationToken);
        return new Wire.CreateDatabaseResponse
        {
            Database = await DatabaseMapping.ToWireAsync(database, context.CancellationToken),
            Created = isCreated,
        };
    }
}
