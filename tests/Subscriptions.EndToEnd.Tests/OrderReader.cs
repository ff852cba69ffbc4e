using System.Collections.Concurrent;
using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests;

/// <summary>
/// A worker that keeps the books: what it was delivered, what was confirmed, and every promise that the server broke.
/// </summary>
internal sealed class OrderReader(SubscriptionsClient client, string database, string subscription)
{
    private readonly Dictionary<(int Partition, long Seqno), (string Id, string Revision)> _delivered = [];
    private readonly Dictionary<int, long> _last = [];
    private long _token;

    /// <summary>The changes whose ack was confirmed.</summary>
    public ConcurrentDictionary<(int Partition, long Seqno), bool> Confirmed { get; } = new();

    /// <summary>The changes that were dealt with and acked, whether the confirm arrived or not.</summary>
    public ConcurrentDictionary<(int Partition, long Seqno), bool> Acked { get; } = new();

    /// <summary>What the server should not have done.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>How many leases it had.</summary>
    public int Leases { get; private set; }

    /// <summary>Works until it is cancelled, or until nothing is left.</summary>
    public async Task RunAsync(bool closeWhenDrained, CancellationToken cancellationToken)
    {
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions(database, subscription)
        {
            Strategy = OpeningStrategy.Wait,
            MaxDocs = 20,
            Window = 3,
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
            CloseWhenDrained = closeWhenDrained,
        });
        try
        {
            await foreach (var batch in worker.ReadBatchesAsync(cancellationToken)) await TakeAsync(batch);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private async Task TakeAsync(SubscriptionBatch batch)
    {
        CheckLease(batch);
        foreach (var item in batch.Items) CheckItem(item);
        foreach (var item in batch.Items) Acked[(item.Partition, item.Seqno)] = true;
        try
        {
            await batch.AckAsync();
            foreach (var item in batch.Items) Confirmed[(item.Partition, item.Seqno)] = true;
        }
        catch (SubscriptionLeaseLostException)
        {
            // Whether the ack arrived is unknown: its items may come again, or not.
        }
    }

    private void CheckLease(SubscriptionBatch batch)
    {
        if (batch.FencingToken == _token) return;
        if (batch.FencingToken < _token) Violations.Enqueue($"Token {batch.FencingToken} came after {_token}.");
        _token = batch.FencingToken;
        _last.Clear();
        Leases++;
    }

    private void CheckItem(SubscriptionItem item)
    {
        var key = (item.Partition, item.Seqno);
        if (Confirmed.ContainsKey(key)) Violations.Enqueue($"{item} came again after its ack was confirmed.");
        if (_last.GetValueOrDefault(item.Partition) >= item.Seqno) Violations.Enqueue($"{item} came after seqno {_last[item.Partition]}.");
        _last[item.Partition] = item.Seqno;

        var version = (item.Id, item.Revision);
        if (!_delivered.TryAdd(key, version) && _delivered[key] != version) Violations.Enqueue($"{item} was {_delivered[key]} before.");
    }
}
