using System.Diagnostics;

namespace Subscriptions.Server.Telemetry.Tracing;

/// <summary>The activity source of the server.</summary>
internal static class ServerActivitySource
{
    /// <summary>The source. Whoever makes spans asks first whether anybody listens.</summary>
    public static ActivitySource Source { get; } = new(ServerTelemetry.Name, ServerTelemetry.Version);
}
