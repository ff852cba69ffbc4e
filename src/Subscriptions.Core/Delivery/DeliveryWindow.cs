using Subscriptions.Core.Delivery.Flows;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// The batches of one conversation: which numbers were given, which batches are out, up to where the worker acked, and up to where it was told
/// that this is durable. Not thread-safe.
/// </summary>
/// <param name="size">How many batches may be out; twice as many may be unconfirmed.</param>
internal sealed class DeliveryWindow(int size)
{
    private readonly Queue<SentBatch> _out = new();
    private long _nextBatchId = 1;
    private long _ackedBatch;
    private long _confirmedBatch;

    /// <summary>How many batches were sent and not acked.</summary>
    public int Count => _out.Count;

    /// <summary>How many items are in them.</summary>
    public long Items { get; private set; }

    /// <summary>The highest number given; 0: none.</summary>
    public long LastBatchId => _nextBatchId - 1;

    /// <summary>The batch that has been out longest; there is one.</summary>
    public long OldestBatchId => _out.Peek().Id;

    /// <summary>Another batch may be sent.</summary>
    public bool HasRoom => _out.Count < size && LastBatchId - _confirmedBatch < 2L * size;

    /// <summary>What the worker acked is confirmed.</summary>
    public bool IsConfirmed => _ackedBatch <= _confirmedBatch;

    /// <summary>A batch is sent.</summary>
    /// <returns>Its number.</returns>
    public long Add(Claim claim, int items)
    {
        _out.Enqueue(new SentBatch(_nextBatchId, claim, items));
        Items += items;
        return _nextBatchId++;
    }

    /// <summary>Whether a batch of that number was sent; it may have been acked since.</summary>
    public bool WasSent(long batchId) => batchId >= 1 && batchId < _nextBatchId;

    /// <summary>Whether a batch is out.</summary>
    public bool IsOut(long batchId) => ClaimOf(batchId) is not null;

    /// <summary>What a batch that is out has; null: it is not out.</summary>
    public Claim? ClaimOf(long batchId) => _out.FirstOrDefault(b => b.Id == batchId)?.Claim;

    /// <summary>The worker acked a batch, and with it all before.</summary>
    /// <returns>What they have; empty when all were acked before.</returns>
    public IReadOnlyList<Claim> Ack(long batchId)
    {
        var acked = new List<Claim>();
        while (_out.TryPeek(out var batch) && batch.Id <= batchId)
        {
            _out.Dequeue();
            Items -= batch.Items;
            acked.Add(batch.Claim);
        }

        if (acked.Count > 0) _ackedBatch = batchId;
        return acked;
    }

    /// <summary>The worker gave back a batch and all that were sent after it: their numbers are given again.</summary>
    /// <returns>What they have; empty when the batch was acked before.</returns>
    public IReadOnlyList<Claim> TakeBack(long batchId)
    {
        var again = _out.SkipWhile(b => b.Id < batchId).ToList();
        if (again.Count == 0) return [];

        var before = _out.Take(_out.Count - again.Count).ToList();
        _out.Clear();
        foreach (var batch in before) _out.Enqueue(batch);
        Items -= again.Sum(b => (long)b.Items);
        _nextBatchId = batchId;
        return [.. again.Select(b => b.Claim)];
    }

    /// <summary>Acks are durable up to a batch.</summary>
    /// <returns>False when that was known.</returns>
    public bool Confirm(long throughBatch)
    {
        if (throughBatch <= _confirmedBatch) return false;
        _confirmedBatch = throughBatch;
        return true;
    }

    /// <summary>What was acked and not confirmed never will be: nobody waits for it any more.</summary>
    public void GiveUpUnconfirmed() => _ackedBatch = _confirmedBatch;

    private sealed record SentBatch(long Id, Claim Claim, int Items);
}
