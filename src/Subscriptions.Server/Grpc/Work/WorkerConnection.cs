using Grpc.Core;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Settings;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>A worker at the other end of a gRPC stream. One reader and one writer at a time.</summary>
internal sealed class WorkerConnection(
    IAsyncStreamReader<Wire.WorkRequest> requests,
    IServerStreamWriter<WorkFrame> responses,
    WorkerPresence presence,
    LimitsOptions limits) : IWorkerConnection
{
    /// <inheritdoc />
    public async ValueTask<WorkerMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await requests.MoveNext(cancellationToken)) return null;
            return Count(WorkMapping.ToMessage(requests.Current), requests.Current);
        }
        catch (InvalidInputException e)
        {
            throw Failures.ToEngineException(e);
        }
        catch (RpcException e) when (Oversize.Is(e))
        {
            throw Oversize.Error(limits);
        }
    }

    /// <inheritdoc />
    public async ValueTask SendAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case ServerMessage.Deliver(var batch):
                presence.InFlight.Sent(batch.Id);
                var traceParent = presence.Spans.Sent(batch);
                await BatchWriter.WriteAsync(batch, traceParent, responses, cancellationToken);
                presence.Spans.Written(batch.Id);
                return;
            case ServerMessage.Opened opened:
                presence.Opened(opened.Token);
                break;
            case ServerMessage.AckConfirmed confirmed:
                presence.Spans.Confirmed(confirmed.BatchId);
                break;
        }

        await responses.WriteAsync(new WorkFrame.Message(WorkMapping.ToWire(message)), cancellationToken);
    }

    private WorkerMessage Count(WorkerMessage message, Wire.WorkRequest request)
    {
        switch (message)
        {
            case WorkerMessage.Ack(var batchId):
                presence.InFlight.Acked(batchId);
                presence.Spans.AckReceived(batchId, request.Ack.Traceparent);
                break;
            case WorkerMessage.Nack { ItemIds.Count: 0 } nack:
                presence.InFlight.Nacked(nack.BatchId);
                presence.Spans.Nacked(nack.BatchId, nack.Reason, request.Nack.Traceparent);
                break;
            case WorkerMessage.Nack nack:
                presence.Spans.ItemsFailed(nack.BatchId, nack.ItemIds.Count, request.Nack.Traceparent);
                break;
        }

        return message;
    }
}
