using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Subscriptions.Client;

namespace OrderShipping;

/// <summary>Exports what the client library reports, when OTEL_EXPORTER_OTLP_ENDPOINT names a collector.</summary>
internal static class Telemetry
{
    /// <summary>Begins to export.</summary>
    /// <returns>Ends it when disposed; null when there is no collector.</returns>
    public static IDisposable? Start()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"))) return null;
        return OpenTelemetrySdk.Create(sdk => sdk
            .UseOtlpExporter()
            .ConfigureResource(resource => resource.AddService("order-shipping").AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(SubscriptionsTelemetry.ActivitySourceName))
            .WithMetrics(metrics => metrics.AddMeter(SubscriptionsTelemetry.MeterName)));
    }
}
