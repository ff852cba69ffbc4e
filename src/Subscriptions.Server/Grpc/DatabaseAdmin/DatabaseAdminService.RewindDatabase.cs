using Grpc.Core;
using Subscriptions.Core.Documents;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.RewindDatabaseResponse> RewindDatabase(Wire.RewindDatabaseRequest request, ServerCallContext context)
    {
        var rewind = new PartitionRewind(request.Partition, request.Seqno, request.DeleteUnknown);

        // A rewind that has begun is carried through, whether or not the caller waits for it.
        var (database, done) = await databases.RewindAsync(DatabaseName.Parse(request.Name, "name"), rewind);
        return new Wire.RewindDatabaseResponse
        {
            Database = await DatabaseMapping.ToWireAsync(database, CancellationToken.None),
            RestoredDocuments = done.Restored,
            RemovedDocuments = done.Removed,
            DeletedDocuments = done.Deleted,
        };
    }
}
