using Subscriptions.Core.Delivery;

namespace Subscriptions.Server.Telemetry.Tracing;

/// <summary>
/// The spans of the batches that one worker has and has not acked: at most as many as its window is wide. Costs nothing while nobody
/// listens. One thread tells what was sent, one what came back, one may end it.
/// </summary>
internal sealed class DeliverySpans(string database, string subscription, string worker)
{
    private readonly Lock _lock = new();

    // By increasing batch id. Null until there is a first one: a conversation that nobody follows has none.
    private volatile List<DeliverySpan>? _open;

    /// <summary>A batch is about to be sent.</summary>
    public void Sent(Batch batch)
    {
        // What was on its way when an earlier batch was nacked is void, and comes again under its number.
        foreach (var voided in Take(s => s.BatchId >= batch.Id)) voided.Nacked("An earlier batch was nacked.");
        if (!ServerActivitySource.Source.HasListeners()) return;
        if (DeliverySpan.Start(batch, database, subscription, worker) is not { } span) return;
        lock (_lock) (_open ??= []).Add(span);
    }

    /// <summary>The network has taken all of a batch.</summary>
    public void Written(long batchId) => Tell(batchId, static s => s.Written());

    /// <summary>Items of a batch came back one by one.</summary>
    public void ItemsFailed(long batchId, int items) => Tell(batchId, s => s.ItemsFailed(items));

    /// <summary>An ack has come, of a batch and all before it.</summary>
    public void AckReceived(long batchId)
    {
        if (_open is not { } open) return;
        lock (_lock)
        {
            foreach (var span in open.TakeWhile(s => s.BatchId <= batchId)) span.AckReceived();
        }
    }

    /// <summary>The acks of a batch and all before it are durable.</summary>
    public void Confirmed(long batchId)
    {
        foreach (var span in Take(s => s.BatchId <= batchId)) span.Acked();
    }

    /// <summary>A batch came back, and all after it with it.</summary>
    public void Nacked(long batchId, string reason)
    {
        foreach (var span in Take(s => s.BatchId >= batchId)) span.Nacked(reason);
    }

    /// <summary>The conversation is over.</summary>
    /// <param name="errorType">Why, in few values.</param>
    public void Ended(string errorType)
    {
        foreach (var span in Take(static _ => true)) span.Lost(errorType);
    }

    private void Tell(long batchId, Action<DeliverySpan> what)
    {
        if (_open is not { } open) return;
        lock (_lock)
        {
            if (open.Find(s => s.BatchId == batchId) is { } span) what(span);
        }
    }

    private List<DeliverySpan> Take(Predicate<DeliverySpan> isTaken)
    {
        if (_open is not { } open) return [];
        lock (_lock)
        {
            var taken = open.FindAll(isTaken);
            open.RemoveAll(isTaken);
            return taken;
        }
    }
}
