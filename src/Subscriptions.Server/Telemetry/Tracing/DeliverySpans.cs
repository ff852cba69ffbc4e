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
    /// <returns>What the worker is told of the batch's span; null when it is not recorded.</returns>
    public string? Sent(Batch batch)
    {
        // What was on its way when an earlier batch was nacked is void, and comes again under its number.
        foreach (var voided in Take(s => s.BatchId >= batch.Id)) voided.Nacked("An earlier batch was nacked.", "");
        if (!ServerActivitySource.Source.HasListeners()) return null;
        if (DeliverySpan.Start(batch, database, subscription, worker) is not { } span) return null;
        lock (_lock) (_open ??= []).Add(span);
        return span.TraceParent;
    }

    /// <summary>The network has taken all of a batch.</summary>
    public void Written(long batchId) => Tell(batchId, static s => s.Written());

    /// <summary>Items of a batch came back one by one.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="items">How many.</param>
    /// <param name="traceParent">The worker's span, as it says.</param>
    public void ItemsFailed(long batchId, int items, string traceParent) => Tell(batchId, s => s.ItemsFailed(items, traceParent));

    /// <summary>An ack has come, of a batch and all before it.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="traceParent">The worker's span, as it says.</param>
    public void AckReceived(long batchId, string traceParent)
    {
        if (_open is not { } open) return;
        lock (_lock)
        {
            foreach (var span in open.TakeWhile(s => s.BatchId <= batchId)) span.AckReceived(traceParent);
        }
    }

    /// <summary>The acks of a batch and all before it are durable.</summary>
    public void Confirmed(long batchId)
    {
        foreach (var span in Take(s => s.BatchId <= batchId)) span.Acked();
    }

    /// <summary>A batch came back, and all after it with it.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="reason">What the worker says.</param>
    /// <param name="traceParent">The worker's span, as it says.</param>
    public void Nacked(long batchId, string reason, string traceParent)
    {
        foreach (var span in Take(s => s.BatchId >= batchId)) span.Nacked(reason, traceParent);
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
