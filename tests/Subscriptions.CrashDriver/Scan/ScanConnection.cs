using System.Threading.Channels;
using Subscriptions.Core.Delivery;

namespace Subscriptions.CrashDriver.Scan;

/// <summary>A worker that journals what it gets and where the scan is, and acks.</summary>
internal sealed class ScanConnection(CrashJournal journal) : IWorkerConnection
{
    private readonly Channel<WorkerMessage> _said = Channel.CreateUnbounded<WorkerMessage>();

    public async ValueTask<WorkerMessage?> ReceiveAsync(CancellationToken cancellationToken) => await _said.Reader.ReadAsync(cancellationToken);

    public ValueTask SendAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        if (message is ServerMessage.Deliver(var batch))
        {
            foreach (var change in batch.Items) journal.Write(new ScanLine(ScanEvent.Found, ScanPlan.SumOf(batch.Cursor), change.Id).ToString());
            _said.Writer.TryWrite(new WorkerMessage.Ack(batch.Id));
        }

        return default;
    }
}
