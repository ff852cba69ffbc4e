namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>
/// The attributes of the server's metrics. Those of OpenTelemetry's messaging conventions where they say the same; the reasons of ends and
/// refusals are those of the public contract.
/// </summary>
internal static class MetricNames
{
    /// <summary>The database.</summary>
    public const string Database = "messaging.destination.name";

    /// <summary>The subscription.</summary>
    public const string Subscription = "messaging.destination.subscription.name";

    /// <summary>Why something did not go well.</summary>
    public const string Error = "error.type";

    /// <summary>True on the one series that stands for all that did not get one of its own.</summary>
    public const string Overflow = "otel.metric.overflow";

    /// <summary>Which store: <c>documents</c> or <c>subscriptions</c>.</summary>
    public const string Store = "subscriptions.store.name";

    /// <summary>What a worker does: <c>active</c> or <c>waiting</c>.</summary>
    public const string WorkerState = "subscriptions.worker.state";

    /// <summary>Where changes were read from: <c>tail</c> (memory) or <c>store</c>.</summary>
    public const string FeedSource = "subscriptions.feed.source";

    /// <summary>Why a reader was sent back, or a stream has ended.</summary>
    public const string StreamReason = "subscriptions.stream.reason";
}
