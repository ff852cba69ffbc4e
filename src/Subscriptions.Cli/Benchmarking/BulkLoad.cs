using Grpc.Core;
using Grpc.Net.Client;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Writes documents as bulk writers of the client library do: requests of 500 over one stream, some of them under way at a time.</summary>
internal sealed class BulkLoad(GrpcChannel channel, SampleDocuments documents)
{
    /// <summary>How many documents a request has.</summary>
    public const int RequestSize = 500;

    /// <summary>How many requests may be sent and not yet durable.</summary>
    public const int InFlight = 8;

    private readonly Wire.DocumentService.DocumentServiceClient _service = new(channel);

    /// <summary>Writes documents; all are durable when it returns.</summary>
    /// <param name="database">The database.</param>
    /// <param name="count">How many; numbered from 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Nothing: nobody waits for single requests.</returns>
    /// <exception cref="Hosting.CommandFailedException">The server answered for another number of them.</exception>
    public async Task<double[]> WriteAsync(string database, int count, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(InFlight, InFlight);
        using var call = _service.BulkWrite(cancellationToken: stop.Token);
        var reading = ReadAsync(call.ResponseStream, places, stop);
        try
        {
            for (var next = 0; next < count; next += RequestSize)
            {
                var request = Request(database, next, Math.Min(RequestSize, count - next));
                await places.WaitAsync(stop.Token);
                await call.RequestStream.WriteAsync(request, stop.Token);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            // When the server ended the stream, its answer says why; writing only finds it closed.
            await stop.CancelAsync();
            await reading;
            throw;
        }

        BenchStage.Check("documents that were answered for", count, await reading);
        return [];
    }

    private static async Task<long> ReadAsync(
        IAsyncStreamReader<Wire.BulkWriteResponse> responses, SemaphoreSlim places, CancellationTokenSource stop)
    {
        try
        {
            var changed = 0L;
            while (await responses.MoveNext(stop.Token))
            {
                changed += responses.Current.ChangedCount;
                places.Release();
            }

            return changed;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private Wire.BulkWriteRequest Request(string database, int first, int count)
    {
        var request = new Wire.BulkWriteRequest { Database = first == 0 ? database : string.Empty };
        request.Operations.Capacity = count;
        for (var i = 0; i < count; i++) request.Operations.Add(documents.Put(first + i));
        return request;
    }
}
