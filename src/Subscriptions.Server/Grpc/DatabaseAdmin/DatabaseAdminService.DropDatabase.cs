using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.DropDatabaseResponse> DropDatabase(Wire.DropDatabaseRequest request, ServerCallContext context)
    {
        // A drop that has begun is carried through, whether or not the caller waits for it.
        await databases.DropAsync(Find(request.Name).Info.Name.Value, CancellationToken.None);
        return new Wire.DropDatabaseResponse();
    }
}
