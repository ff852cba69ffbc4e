using Subscriptions.Core.Delivery.History;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// One session's part in its subscription's figures and history. Belongs to the session's loop; disposing takes out what was still in flight.
/// </summary>
internal sealed class SessionFigures(DeliveryFigures figures, IDeliveryObserver? observer, ConnectionHistory history, TimeProvider time) : IDisposable
{
    private long _confirmed;
    private int _batches;
    private long _changes;
    private DateTimeOffset _builtAt;
    private WorkerMessage.Nack? _nack;

    /// <summary>Something happened; what it leads to follows.</summary>
    public void Happened(SessionEvent @event)
    {
        switch (@event)
        {
            case SessionEvent.Built({ Claim: not null }):
                _builtAt = time.GetUtcNow();
                break;
            case SessionEvent.Received(WorkerMessage.Nack nack):
                _nack = nack;
                break;
        }
    }

    /// <summary>A message is on its way.</summary>
    public void Sent(ServerMessage message)
    {
        switch (message)
        {
            case ServerMessage.Opened opened:
                history.Granted(opened.Token, time.GetUtcNow());
                break;
            case ServerMessage.Deliver(var batch):
                var redelivered = batch.Attempts?.Count(a => a > 1) ?? 0;
                figures.Sent(batch.Items.Count, redelivered, batch.Bytes);
                if (CountErrors(batch) is > 0 and var errors) figures.ScriptFailed(errors);
                history.Sending(batch, redelivered, _builtAt, time.GetUtcNow());
                observer?.OnBatch(batch.Items.Count, batch.Bytes);
                break;
            case ServerMessage.AckConfirmed(var batchId, _):
                figures.Confirmed(batchId - _confirmed);
                history.Confirmed(batchId, time.GetUtcNow());
                _confirmed = batchId;
                break;
            case ServerMessage.Rewound:
                figures.Rewound();
                break;
        }
    }

    /// <summary>The worker acked a batch and all before it.</summary>
    public void Acked(long throughBatch) => history.Acked(throughBatch, time.GetUtcNow());

    /// <summary>The worker sent something back.</summary>
    public void Nacked()
    {
        figures.Nacked();
        if (_nack is { } nack) history.Nacked(nack.BatchId, nack.Reason, time.GetUtcNow());
    }

    /// <summary>The worker failed items one by one.</summary>
    public void Failed(int items) => history.Failed(items);

    /// <summary>What is in flight now.</summary>
    public void InFlight(int batches, long changes)
    {
        figures.InFlightChanged(batches - _batches, changes - _changes);
        (_batches, _changes) = (batches, changes);
    }

    /// <inheritdoc />
    public void Dispose() => InFlight(0, 0);

    private static int CountErrors(Batch batch)
    {
        var errors = 0;
        for (var i = 0; i < batch.Items.Count; i++)
        {
            if (batch.Items[i].Error is not null) errors++;
        }

        return errors;
    }
}
