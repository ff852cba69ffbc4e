using Google.Protobuf;
using Grpc.Core;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

internal sealed partial class DatabaseAdminService
{
    private const int PartBytes = 1024 * 1024;

    public override async Task BackUpDatabase(
        Wire.BackUpDatabaseRequest request, IServerStreamWriter<Wire.BackUpDatabaseResponse> responseStream, ServerCallContext context)
    {
        var database = Find(request.Name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, serving.Stopping);
        try
        {
            await using var backup = await database.BackUpAsync(stop.Token);
            var part = new byte[Math.Min(PartBytes, backup.Length)];
            for (var left = backup.Length; left > 0; left -= part.Length)
            {
                if (part.Length > left) part = new byte[left];
                await backup.ReadExactlyAsync(part, stop.Token);

                // The message is written when this returns, so that its bytes can be used again.
                var response = new Wire.BackUpDatabaseResponse { Content = UnsafeByteOperations.UnsafeWrap(part), TotalBytes = backup.Length };
                await stalls.GuardAsync(responseStream.WriteAsync(response, stop.Token), part.Length, context.GetHttpContext());
            }
        }
        catch (OperationCanceledException) when (serving.Stopping.IsCancellationRequested)
        {
            throw ServingState.ShuttingDown();
        }
    }
}
