using System.Threading.Channels;
using Subscriptions.Core.Delivery;

namespace Subscriptions.CrashDriver.Work;

/// <summary>A worker that journals what it hears and acks at once; an unsteady one nacks now and then, and breaks off.</summary>
internal sealed class WorkConnection(CrashJournal journal, Random random, bool isSteady) : IWorkerConnection
{
    private readonly Channel<WorkerMessage> _said = Channel.CreateUnbounded<WorkerMessage>();
    private long _voidFrom = long.MaxValue;

    public async ValueTask<WorkerMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await _said.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_said.Reader.TryRead(out var message)) return message;
        }

        return null;
    }

    public ValueTask SendAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case ServerMessage.Opened opened:
                journal.Write(new WorkLine(WorkEvent.Opened, Number: opened.Token.Value).ToString());
                break;
            case ServerMessage.Deliver(var batch):
                Take(batch);
                break;
            case ServerMessage.AckConfirmed(var batchId, _):
                journal.Write(new WorkLine(WorkEvent.Confirmed, Batch: batchId).ToString());
                break;
        }

        return default;
    }

    private void Take(Batch batch)
    {
        // What was under way behind a nacked batch is void; the nacked one comes again under its number.
        if (batch.Id > _voidFrom) return;
        _voidFrom = long.MaxValue;

        foreach (var change in batch.Items)
            journal.Write(new WorkLine(WorkEvent.Delivered, change.Id, change.Seqno, change.Partition, batch.Id).ToString());

        switch (isSteady ? -1 : random.Next(40))
        {
            case 0:
                _said.Writer.TryComplete(new IOException("broken off"));
                break;
            case 1:
                _voidFrom = batch.Id;
                journal.Write(new WorkLine(WorkEvent.Nacking, Batch: batch.Id).ToString());
                _said.Writer.TryWrite(new WorkerMessage.Nack(batch.Id, [], "because", TimeSpan.Zero));
                break;
            default:
                journal.Write(new WorkLine(WorkEvent.Acking, Batch: batch.Id).ToString());
                _said.Writer.TryWrite(new WorkerMessage.Ack(batch.Id));
                break;
        }
    }
}
