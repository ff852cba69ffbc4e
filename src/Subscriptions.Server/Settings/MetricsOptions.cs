namespace Subscriptions.Server.Settings;

/// <summary>What the metrics tell.</summary>
internal sealed record MetricsOptions
{
    /// <summary>
    /// How many subscriptions have metrics of their own; those beyond share one series, marked <c>otel.metric.overflow</c>. Default 1000.
    /// </summary>
    public int Subscriptions { get; init; } = 1000;
}
