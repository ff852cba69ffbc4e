using System.Collections.Concurrent;
using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Feeds;

/// <summary>Follows a database's changes and remembers what it was told.</summary>
internal sealed class FeedFollower(SubscriptionsClient client, string database)
{
    private int _reconnects;
    private int _rewinds;

    /// <summary>Of each document the seqno of the newest version that it was told of.</summary>
    public ConcurrentDictionary<string, long> Seen { get; } = new();

    /// <summary>Changes that did not come behind those before them.</summary>
    public ConcurrentQueue<string> Repeated { get; } = new();

    /// <summary>How often the connection was lost.</summary>
    public int Reconnects => Volatile.Read(ref _reconnects);

    /// <summary>How often the feed began further back.</summary>
    public int Rewinds => Volatile.Read(ref _rewinds);

    /// <summary>Follows until it is cancelled, or the feed fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new WatchOptions { Heartbeat = TimeSpan.FromSeconds(1), MaxReconnectDelay = TimeSpan.FromMilliseconds(200) };
        var heads = new Dictionary<int, long>();
        await foreach (var happening in client.Changes.WatchAsync(database, options, cancellationToken))
        {
            if (happening is ChangeEvent.Row row) Take(row.Change, heads);
            if (happening is ChangeEvent.Disconnected) Interlocked.Increment(ref _reconnects);
            if (happening is ChangeEvent.Rewound) Interlocked.Increment(ref _rewinds);
        }
    }

    private void Take(ChangeRow row, Dictionary<int, long> heads)
    {
        if (row.Seqno <= heads.GetValueOrDefault(row.Partition)) Repeated.Enqueue(row.ToString());
        heads[row.Partition] = row.Seqno;
        Seen[row.Id] = row.Seqno;
    }
}
