using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Subscriptions.Client;
using Subscriptions.Telemetry.Tests.Otlp;

namespace Subscriptions.Telemetry.Tests.Tracing;

/// <summary>What an application of the .NET client does to export its spans: those of the client library, and of its own.</summary>
internal static class TracedApplication
{
    /// <summary>The application's own spans.</summary>
    public const string SourceName = "Application";

    public static TracerProvider Start(OtlpReceiver collector) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(r => r.AddService("application"))
        .AddSource(SubscriptionsTelemetry.ActivitySourceName, SourceName)
        .AddOtlpExporter(options =>
        {
            options.Endpoint = new Uri(collector.Grpc);
            options.Protocol = OtlpExportProtocol.Grpc;
            options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 50;
        })
        .Build();
}
