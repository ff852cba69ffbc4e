using System.Diagnostics.Metrics;
using Subscriptions.Server.Telemetry.Exposition;

namespace Subscriptions.Server.Telemetry;

/// <summary>What the server tells about itself.</summary>
internal static class TelemetryServices
{
    private const int MaxSeries = 4096;

    // Of the framework's meters: those that say how the runtime, the network and the calls are.
    private static readonly string[] Shared = ["System.Runtime"];
    private static readonly string[] OfHost = ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting"];

    /// <summary>Adds the metrics page.</summary>
    public static IServiceCollection AddMetricsPage(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<MetricsPage>();
        services.AddSingleton(static provider =>
        {
            // Other hosts of this process have meters of the same names: the host's own have its factory as their scope.
            var host = provider.GetRequiredService<IMeterFactory>();
            var process = provider.GetRequiredService<ProcessMetrics>().Meter;
            return new MetricCollector(
                meter => meter == process || Shared.Contains(meter.Name) || (meter.Scope == host && OfHost.Contains(meter.Name)),
                MaxSeries);
        });
        return services;
    }
}
