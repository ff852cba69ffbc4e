using Grpc.Net.Client;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Writers that wait for each request's answer before their next one.</summary>
/// <param name="channel">Their connection.</param>
/// <param name="documents">What they write.</param>
/// <param name="writers">How many write at the same time.</param>
/// <param name="requestSize">How many documents a request has.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestWriters(GrpcChannel channel, SampleDocuments documents, int writers, int requestSize, TimeProvider time)
{
    private readonly Wire.DocumentService.DocumentServiceClient _service = new(channel);

    /// <summary>Writes documents; all are durable when it returns.</summary>
    /// <param name="database">The database.</param>
    /// <param name="count">How many; numbered from 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How long each request took in milliseconds, the shortest first.</returns>
    /// <exception cref="Hosting.CommandFailedException">The server answered for another number of them.</exception>
    public async Task<double[]> WriteAsync(string database, int count, CancellationToken cancellationToken)
    {
        var requests = (count + requestSize - 1) / requestSize;
        var milliseconds = new double[requests];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteAsync()));
        Array.Sort(milliseconds);
        return milliseconds;

        async Task WriteAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < requests)
            {
                var request = Request(database, number * requestSize, Math.Min(requestSize, count - (number * requestSize)));
                var startedAt = time.GetTimestamp();
                var response = await _service.WriteAsync(request, cancellationToken: cancellationToken);
                milliseconds[number] = time.GetElapsedTime(startedAt).TotalMilliseconds;
                BenchStage.Check("documents that were answered for", request.Operations.Count, response.Outcomes.Count);
            }
        }
    }

    private Wire.WriteRequest Request(string database, int first, int count)
    {
        var request = new Wire.WriteRequest { Database = database };
        request.Operations.Capacity = count;
        for (var i = 0; i < count; i++) request.Operations.Add(documents.Put(first + i));
        return request;
    }
}
