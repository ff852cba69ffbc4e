using Subscriptions.Core.Databases;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

/// <summary>The adapter of <c>subscriptions.v1.DatabaseAdminService</c>; one file an RPC.</summary>
internal sealed partial class DatabaseAdminService(DatabaseCatalog databases, ServingState serving, StallWatch stalls) : Wire.DatabaseAdminService.DatabaseAdminServiceBase
{
    private Database Find(string name) => databases.Get(Core.Documents.DatabaseName.Parse(name, "name").Value);
}
