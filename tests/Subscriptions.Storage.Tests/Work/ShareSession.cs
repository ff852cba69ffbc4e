using Subscriptions.CrashDriver.Work;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>A version of a document that was delivered.</summary>
/// <param name="Id">The document.</param>
/// <param name="Version">Partition and seqno.</param>
/// <param name="At">The number of the journal's line, counted over all processes.</param>
internal readonly record struct ShareDelivery(string Id, (int Partition, long Seqno) Version, long At);

/// <summary>What one worker's session was delivered and did with it.</summary>
internal sealed class ShareSession(long token)
{
    private readonly SortedDictionary<long, List<ShareDelivery>> _unacked = [];
    private readonly SortedDictionary<long, List<ShareDelivery>> _unconfirmed = [];

    /// <summary>The session's token.</summary>
    public long Token { get; } = token;

    /// <summary>Whether the worker has a version of a document that it has neither acked nor nacked.</summary>
    public bool Holds(string id) => _unacked.Values.Any(batch => batch.Exists(delivery => delivery.Id == id));

    public void Delivered(WorkLine line, long at)
    {
        if (!_unacked.TryGetValue(line.Batch, out var batch)) _unacked[line.Batch] = batch = [];
        batch.Add(new ShareDelivery(line.Id, (line.Partition, line.Number), at));
    }

    public void Failed(WorkLine line) => _unacked[line.Batch].RemoveAll(delivery => delivery.Id == line.Id);

    /// <summary>A batch was acked, and all before it.</summary>
    /// <returns>What is done by it.</returns>
    public IEnumerable<ShareDelivery> Acked(long batch)
    {
        var acked = Take(_unacked, batch);
        foreach (var (number, deliveries) in acked) _unconfirmed[number] = deliveries;
        return acked.SelectMany(b => b.Value);
    }

    /// <summary>The ack of a batch was confirmed, and of all before it.</summary>
    /// <returns>What is done for good.</returns>
    public IEnumerable<ShareDelivery> Confirmed(long batch) => Take(_unconfirmed, batch).SelectMany(b => b.Value);

    private static List<KeyValuePair<long, List<ShareDelivery>>> Take(SortedDictionary<long, List<ShareDelivery>> batches, long through)
    {
        var taken = batches.Where(b => b.Key <= through).ToList();
        foreach (var (number, _) in taken) batches.Remove(number);
        return taken;
    }
}
