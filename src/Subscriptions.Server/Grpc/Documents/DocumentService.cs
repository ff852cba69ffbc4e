using Subscriptions.Core.Databases;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

/// <summary>The adapter of <c>subscriptions.v1.DocumentService</c>; one file an RPC.</summary>
internal sealed partial class DocumentService(DatabaseCatalog databases, ServingState serving) : Wire.DocumentService.DocumentServiceBase;
