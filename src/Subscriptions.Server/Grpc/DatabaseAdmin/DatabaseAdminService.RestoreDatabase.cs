using Grpc.Core;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    public override async Task<Wire.RestoreDatabaseResponse> RestoreDatabase(
        IAsyncStreamReader<Wire.RestoreDatabaseRequest> requestStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, serving.Stopping);
        try
        {
            if (!await requestStream.MoveNext(stop.Token)) throw new InvalidInputException("name", "", "is required, in a first message");

            var first = requestStream.Current;
            var name = DatabaseName.Parse(first.Name, "name");
            await using var backup = new UploadStream(requestStream);
            var database = await databases.RestoreAsync(name, backup, first.Replace, stop.Token);
            return new Wire.RestoreDatabaseResponse { Database = await DatabaseMapping.ToWireAsync(database, CancellationToken.None) };
        }
        catch (OperationCanceledException) when (serving.Stopping.IsCancellationRequested)
        {
            throw ServingState.ShuttingDown();
        }
    }
}
