using Grpc.Core;
using Grpc.Net.Client;
using Subscriptions.Cli.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>A worker that does nothing but ack: what a delivery costs without what is made of it.</summary>
/// <param name="channel">The connection.</param>
/// <param name="batchSize">The most documents in a batch.</param>
/// <param name="window">How many batches may be unacked.</param>
internal sealed class Drain(GrpcChannel channel, int batchSize, int window)
{
    // More than any window: batches whose acks are not confirmed yet never share a place.
    private const int Places = BenchSettings.MostWindow * 2;

    private readonly Wire.SubscriptionService.SubscriptionServiceClient _service = new(channel);

    /// <summary>Whether documents must come with seqnos that follow on each other from 1, as they do from a database of one partition.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Works until the acks of so many documents are durable, then ends the conversation.</summary>
    /// <param name="database">The database.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="documents">How many it has.</param>
    /// <param name="onConfirmed">Called once when they are; what ends the conversation afterwards is not measured.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">A document was missing, came twice or too many came.</exception>
    public async Task RunAsync(string database, string subscription, long documents, Action onConfirmed, CancellationToken cancellationToken)
    {
        using var call = _service.Work(cancellationToken: cancellationToken);
        var open = new Wire.WorkOpen
        {
            Database = database,
            Subscription = subscription,
            WorkerName = "bench",
            MaxDocs = batchSize,
            Window = window,
        };
        await call.RequestStream.WriteAsync(new Wire.WorkRequest { Open = open }, cancellationToken);
        await WorkAsync(call, subscription, documents, cancellationToken);
        onConfirmed();
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            if (call.ResponseStream.Current.BatchChunk is not null) throw new CommandFailedException($"'{subscription}' delivered more than there is");
        }
    }

    private async Task WorkAsync(
        AsyncDuplexStreamingCall<Wire.WorkRequest, Wire.WorkResponse> call, string subscription, long documents, CancellationToken cancellationToken)
    {
        var receivedAt = new long[Places];
        var received = 0L;
        var confirmed = 0L;
        while (confirmed < documents)
        {
            if (!await call.ResponseStream.MoveNext(cancellationToken)) break;
            var message = call.ResponseStream.Current;
            switch (message.MessageCase)
            {
                case Wire.WorkResponse.MessageOneofCase.BatchChunk:
                    var chunk = message.BatchChunk;
                    if (IsComplete) CheckSeqnos(subscription, chunk, received);
                    received += chunk.Items.Count;
                    if (!chunk.Last) break;
                    receivedAt[chunk.BatchId % Places] = received;
                    await call.RequestStream.WriteAsync(Ack(chunk.BatchId), cancellationToken);
                    break;
                case Wire.WorkResponse.MessageOneofCase.AckConfirmed:
                    confirmed = receivedAt[message.AckConfirmed.BatchId % Places];
                    break;
                default:
                    break;
            }
        }

        BenchStage.Check($"confirmed documents of '{subscription}'", documents, confirmed);
    }

    private static void CheckSeqnos(string subscription, Wire.BatchChunk chunk, long received)
    {
        var items = chunk.Items;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Seqno != ++received) BenchStage.Check($"the next seqno of '{subscription}'", received, items[i].Seqno);
        }
    }

    private static Wire.WorkRequest Ack(long batchId) => new() { Ack = new Wire.BatchAck { BatchId = batchId } };
}
