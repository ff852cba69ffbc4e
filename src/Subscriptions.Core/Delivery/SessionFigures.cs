namespace Subscriptions.Core.Delivery;

/// <summary>One session's part in its subscription's figures. Belongs to the session's loop; disposing takes out what was still in flight.</summary>
internal sealed class SessionFigures(DeliveryFigures figures, IDeliveryObserver? observer) : IDisposable
{
    private long _confirmed;
    private int _batches;
    private long _changes;

    /// <summary>A message is on its way.</summary>
    public void Sent(ServerMessage message)
    {
        switch (message)
        {
            case ServerMessage.Deliver(var batch):
                figures.Sent(batch.Items.Count, batch.Bytes);
                observer?.OnBatch(batch.Items.Count, batch.Bytes);
                break;
            case ServerMessage.AckConfirmed(var batchId, _):
                figures.Confirmed(batchId - _confirmed);
                _confirmed = batchId;
                break;
            case ServerMessage.Rewound:
                figures.Rewound();
                break;
        }
    }

    /// <summary>The worker sent something back.</summary>
    public void Nacked() => figures.Nacked();

    /// <summary>What is in flight now.</summary>
    public void InFlight(int batches, long changes)
    {
        figures.InFlightChanged(batches - _batches, changes - _changes);
        (_batches, _changes) = (batches, changes);
    }

    /// <inheritdoc />
    public void Dispose() => InFlight(0, 0);
}
