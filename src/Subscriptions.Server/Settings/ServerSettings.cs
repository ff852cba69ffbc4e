using Subscriptions.Core.Delivery;
using Subscriptions.Server.Telemetry.Export;

namespace Subscriptions.Server.Settings;

/// <summary>All settings of the server; checked, and fixed for the life of the process.</summary>
internal sealed record ServerSettings
{
    /// <summary>Where data is and where the server listens.</summary>
    public ServerOptions Server { get; init; } = new();

    /// <summary>How much of everything.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>How the HTTP face behaves.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>What the metrics tell.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>Heartbeats and timeouts of workers' conversations.</summary>
    public DeliveryOptions Delivery { get; init; } = new();

    /// <summary>How long a worker may take to say what it opens. Default 10 s.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What leaves for a collector; null: nothing. From OpenTelemetry's own environment variables, not from a setting.</summary>
    public ExportSettings? Export { get; init; }
}
