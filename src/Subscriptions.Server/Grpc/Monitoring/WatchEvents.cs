using Subscriptions.Core.Delivery.History;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Monitoring;

/// <summary>What has happened to a watched subscription since somebody last looked, each connection, batch and the cursor once, as it stands.</summary>
internal static class WatchEvents
{
    /// <summary>Takes what is there. What was left out comes first.</summary>
    public static IReadOnlyList<Wire.WatchSubscriptionResponse> Take(HistoryWatch watch)
    {
        // In the order in which each was last heard of.
        var responses = new List<Wire.WatchSubscriptionResponse?>();
        var places = new Dictionary<(char Kind, long Number), int>();
        while (responses.Count < HistoryWatch.Capacity && watch.Events.TryRead(out var happening))
        {
            var (key, response) = ToWire(happening);
            if (key is { } known)
            {
                if (places.TryGetValue(known, out var before)) responses[before] = null;
                places[known] = responses.Count;
            }

            responses.Add(response);
        }

        var missed = watch.TakeMissed();
        if (missed > 0) responses.Insert(0, new Wire.WatchSubscriptionResponse { Missed = new Wire.MissedEvents { Count = missed } });
        return [.. responses.OfType<Wire.WatchSubscriptionResponse>()];
    }

    private static ((char, long)? Key, Wire.WatchSubscriptionResponse Response) ToWire(HistoryEvent happening) => happening switch
    {
        HistoryEvent.Connection(var record) =>
            (('c', record.Id), new Wire.WatchSubscriptionResponse { Connection = MonitoringMapping.ToWire(record) }),
        HistoryEvent.Batch(var record) =>
            (('b', record.Number), new Wire.WatchSubscriptionResponse { Batch = MonitoringMapping.ToWire(record) }),
        HistoryEvent.ItemFailed failed =>
            (null, new Wire.WatchSubscriptionResponse { ItemFailure = MonitoringMapping.ToWire(failed) }),
        HistoryEvent.CursorMoved(var cursor) => (('m', 0), new Wire.WatchSubscriptionResponse
        {
            CursorMove = new Wire.CursorMove { ChangeVector = cursor.ToChangeVector().ToString() },
        }),
        _ => throw new InvalidOperationException($"{happening.GetType().Name} is not sent."),
    };
}
