using System.Collections.Concurrent;
using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests;

/// <summary>Writes orders, as a rule new ones and old ones again, and each request until the server confirms it.</summary>
internal sealed class OrderWriter(SubscriptionsClient client, string database, Random random)
{
    private const int RequestSize = 10;

    private int _orders;

    /// <summary>
    /// False: each order is written once. What was not answered may be there or not, and is not among the confirmed ones.
    /// </summary>
    public bool Repeats { get; init; } = true;

    /// <summary>Of each order the newest version that was confirmed.</summary>
    public ConcurrentDictionary<string, (int Partition, long Seqno)> Confirmed { get; } = new();

    /// <summary>Writes until it is cancelled.</summary>
    /// <param name="isAhead">Whether to wait, because readers are far behind.</param>
    /// <param name="cancellationToken">Ends the writing after the request that is under way.</param>
    public async Task RunAsync(Func<bool> isAhead, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (isAhead()) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            else await WriteAsync();
        }
    }

    /// <summary>Writes some, confirmed on return unless it does not repeat.</summary>
    public async Task WriteAsync()
    {
        // Every second one is an order that was written before, so that versions replace each other.
        var ids = Enumerable.Range(0, RequestSize)
            .Select(i => i % 2 == 0 || _orders == 0 || !Repeats ? _orders++ : random.Next(_orders))
            .Distinct().Select(n => $"orders/{n}").ToArray();
        while (true)
        {
            try
            {
                var results = await client.Documents.WriteAsync(
                    database, ids.Select(id => DocumentOperation.Put(id, new { Total = random.Next() }, "Orders")));
                foreach (var (id, result) in ids.Zip(results)) Confirmed[id] = (result.Partition, result.Seqno);
                return;
            }
            catch (SubscriptionsException e) when (e.IsRetryable)
            {
                // The outcome may be unknown; writing the same orders again is right either way.
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
                if (!Repeats) return;
            }
        }
    }
}
