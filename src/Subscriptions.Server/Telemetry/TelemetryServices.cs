using System.Diagnostics.Metrics;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Telemetry.Exposition;
using Subscriptions.Server.Telemetry.Instruments;

namespace Subscriptions.Server.Telemetry;

/// <summary>What the server tells about itself.</summary>
internal static class TelemetryServices
{
    private const int FewSeries = 4096;

    // Of the framework's meters: those that say how the runtime, the network and the calls are.
    private static readonly string[] Shared = ["System.Runtime"];
    private static readonly string[] OfHost = ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting"];

    /// <summary>Adds the engine's metrics, and the page that has them and those of the process.</summary>
    public static IServiceCollection AddMetricsPage(this IServiceCollection services, Engine engine, ServerSettings settings)
    {
        services.AddMetrics();
        services.AddSingleton(engine.Meter);
        services.AddSingleton(engine.Meter.Leases);
        services.AddSingleton(settings.Metrics);
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton(provider => Collect(provider, settings));
        services.AddSingleton<MetricsPage>();
        return services;
    }

    private static MetricCollector Collect(IServiceProvider provider, ServerSettings settings)
    {
        // Other hosts and servers of this process have meters of the same names. The host's own have its factory as their scope.
        var host = provider.GetRequiredService<IMeterFactory>();
        Meter[] own = [provider.GetRequiredService<ServerMeter>().Meter, provider.GetRequiredService<ProcessMetrics>().Meter];

        // What the engine bounds itself, at two series a subscription or database, is not bounded a second time.
        var maxSeries = Math.Max(FewSeries, 2 * (Math.Max(settings.Metrics.Subscriptions, settings.Limits.Databases) + 1));
        return new MetricCollector(
            meter => own.Contains(meter) || Shared.Contains(meter.Name) || (meter.Scope == host && OfHost.Contains(meter.Name)), maxSeries);
    }
}
