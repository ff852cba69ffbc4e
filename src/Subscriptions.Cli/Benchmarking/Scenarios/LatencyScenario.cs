using Grpc.Core;
using Subscriptions.Client;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>latency</c>: a document is written while a worker waits; timed from the write's call until the worker has the document.</summary>
internal sealed class LatencyScenario : IBenchScenario
{
    private const string Subscription = "latency";

    /// <inheritdoc/>
    public string Name => "latency";

    /// <inheritdoc/>
    public string Summary => "from one write until the waiting worker has the document";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        await using var server = await stage.StartServerAsync(cancellationToken);
        var database = await server.CreateDatabaseAsync(cancellationToken);
        var definition = new SubscriptionDefinition(Subscription, SampleDocuments.Query);
        await server.Client.Subscriptions.CreateAsync(database, definition, cancellationToken: cancellationToken);

        // The worker has a connection of its own, as it is another process than the writer.
        using var workerChannel = BenchChannel.Open(server.Address);
        using var call = new Wire.SubscriptionService.SubscriptionServiceClient(workerChannel).Work(cancellationToken: cancellationToken);
        var open = new Wire.WorkOpen { Database = database, Subscription = Subscription, WorkerName = "bench" };
        await call.RequestStream.WriteAsync(new Wire.WorkRequest { Open = open }, cancellationToken);
        var pair = new Pair(new Wire.DocumentService.DocumentServiceClient(server.Channel), call, database, new SampleDocuments(settings.Size), stage.Time);
        await pair.WaitForAsync(Wire.WorkResponse.MessageOneofCase.CaughtUp, cancellationToken);

        var rounds = await stage.RoundsAsync(() => pair.MeasureAsync(settings.Latencies, cancellationToken), cancellationToken);
        await call.RequestStream.CompleteAsync();
        return
        [
            new BenchFigures(Name)
            {
                Unit = "ms",
                P50Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.5))),
                P99Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.99))),
                Rounds = rounds.Count,
                Documents = settings.Latencies,
                BatchSize = 1,
                Window = 1,
                RssMb = server.Process?.ResidentMegabytes(),
            },
        ];
    }

    /// <summary>A writer and a worker that take turns.</summary>
    private sealed class Pair(
        Wire.DocumentService.DocumentServiceClient documents,
        AsyncDuplexStreamingCall<Wire.WorkRequest, Wire.WorkResponse> call,
        string database,
        SampleDocuments samples,
        TimeProvider time)
    {
        private long _written;

        /// <summary>Writes so many documents, each when the one before was acked durably.</summary>
        /// <returns>How long each took in milliseconds, the shortest first.</returns>
        public async Task<double[]> MeasureAsync(int count, CancellationToken cancellationToken)
        {
            var milliseconds = new double[count];
            for (var i = 0; i < count; i++)
            {
                var request = new Wire.WriteRequest { Database = database, Operations = { samples.Put(_written++) } };
                var startedAt = time.GetTimestamp();
                using var writing = documents.WriteAsync(request, cancellationToken: cancellationToken);
                var chunk = (await WaitForAsync(Wire.WorkResponse.MessageOneofCase.BatchChunk, cancellationToken)).BatchChunk;
                milliseconds[i] = time.GetElapsedTime(startedAt).TotalMilliseconds;
                await writing;
                BenchStage.Check("the next seqno", _written, chunk.Items.Single().Seqno);
                var ack = new Wire.WorkRequest { Ack = new Wire.BatchAck { BatchId = chunk.BatchId } };
                await call.RequestStream.WriteAsync(ack, cancellationToken);
                await WaitForAsync(Wire.WorkResponse.MessageOneofCase.AckConfirmed, cancellationToken);
            }

            Array.Sort(milliseconds);
            return milliseconds;
        }

        /// <summary>Reads on until a message of a kind comes.</summary>
        public async Task<Wire.WorkResponse> WaitForAsync(Wire.WorkResponse.MessageOneofCase kind, CancellationToken cancellationToken)
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                if (call.ResponseStream.Current.MessageCase == kind) return call.ResponseStream.Current;
            }

            throw new Hosting.CommandFailedException("the server ended the worker's conversation");
        }
    }
}
