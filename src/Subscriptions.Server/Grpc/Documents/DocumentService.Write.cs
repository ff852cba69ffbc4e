using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

internal sealed partial class DocumentService
{
    public override async Task<Wire.WriteResponse> Write(Wire.WriteRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var outcomes = await database.WriteAsync(WriteMapping.ToWrites(request.Operations, RequestOrigin.Of(context)), context.CancellationToken);

        var response = new Wire.WriteResponse();
        response.Outcomes.Capacity = outcomes.Count;
        foreach (var outcome in outcomes) response.Outcomes.Add(WriteMapping.ToWire(outcome));
        return response;
    }
}
