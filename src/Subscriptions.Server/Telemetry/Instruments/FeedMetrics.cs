using System.Diagnostics.Metrics;
using Subscriptions.Core.Feeds;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>The feeds of all faces: who follows, and what they were given. Looks when it is asked.</summary>
internal static class FeedMetrics
{
    /// <summary>Makes the instruments.</summary>
    public static void Create(Meter meter, FeedServices feeds)
    {
        meter.CreateObservableGauge("subscriptions.feed.listeners", () => feeds.Listeners, "{feed}", "Feeds that follow a log now, waiting or not.");
        meter.CreateObservableCounter("subscriptions.feed.rows", () => feeds.Rows, "{row}", "Rows that feeds have given.");
        meter.CreateObservableCounter("subscriptions.feed.heartbeats", () => feeds.Heartbeats, "{heartbeat}", "Heartbeats that feeds have given.");
    }
}
