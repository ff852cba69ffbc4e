using System.Threading.Channels;
using Subscriptions.Core.Delivery;

namespace Subscriptions.CrashDriver.Work;

/// <summary>
/// A worker that shares a subscription: journals what it hears and acks at once; an unsteady one nacks some items before, and breaks off now and
/// then.
/// </summary>
internal sealed class ShareConnection(CrashJournal journal, Random random, int worker, bool isSteady) : IWorkerConnection
{
    // Unbounded, because what it holds is bounded by the window: an answer or two for each batch that is out.
    private readonly Channel<WorkerMessage> _said = Channel.CreateUnbounded<WorkerMessage>();
    private bool _hasLeft;

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
                Write(new WorkLine(WorkEvent.Opened, Number: opened.Token.Value));
                break;
            case ServerMessage.Deliver(var batch) when !_hasLeft:
                Take(batch);
                break;
            case ServerMessage.AckConfirmed(var batchId, _):
                Write(new WorkLine(WorkEvent.Confirmed, Batch: batchId));
                break;
        }

        return default;
    }

    private void Take(Batch batch)
    {
        foreach (var change in batch.Items) Write(new WorkLine(WorkEvent.Delivered, change.Id, change.Seqno, change.Partition, batch.Id));
        if (!isSteady && random.Next(30) == 0)
        {
            // Written before the engine can know, because it hands the items to others as soon as it does.
            Write(new WorkLine(WorkEvent.Left));
            _hasLeft = true;
            _said.Writer.TryComplete(new IOException("broken off"));
            return;
        }

        var failing = isSteady ? [] : batch.Items.Where(_ => random.Next(6) == 0).ToList();
        foreach (var change in failing) Write(new WorkLine(WorkEvent.Failing, change.Id, change.Seqno, change.Partition, batch.Id));
        if (failing.Count > 0)
            _said.Writer.TryWrite(new WorkerMessage.Nack(batch.Id, [.. failing.Select(c => c.Id)], "because", random.Next(2) == 0 ? null : TimeSpan.Zero));

        Write(new WorkLine(WorkEvent.Acking, Batch: batch.Id));
        _said.Writer.TryWrite(new WorkerMessage.Ack(batch.Id));
    }

    private void Write(WorkLine line) => journal.Write((line with { Worker = worker }).ToString());
}
