using Grpc.Core;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.SetRevisionsResponse> SetRevisions(Wire.SetRevisionsRequest request, ServerCallContext context)
    {
        if (request.Revisions is not { } wire) throw new InvalidInputException("revisions", "", "is required");

        var database = Find(request.Name);
        var revisions = request.Remove ? null : RevisionMapping.ToRevisions(wire, "revisions");
        await database.SetRevisionsAsync(wire.Collection, revisions, context.CancellationToken);
        return new Wire.SetRevisionsResponse { Database = await DatabaseMapping.ToWireAsync(database, context.CancellationToken) };
    }
}
