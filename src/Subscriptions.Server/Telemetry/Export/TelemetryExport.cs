using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Subscriptions.Server.Telemetry.Export;

/// <summary>
/// The OpenTelemetry SDK, running: spans, metrics and the log leave by OTLP, from threads and queues of its own. What a collector does not
/// take in time is dropped; nothing of the server waits for it. Disposing sends what is left, for a bounded time.
/// </summary>
internal sealed class TelemetryExport : IAsyncDisposable
{
    // What the end of the server may take longer because of a collector that does not answer.
    private static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(500);

    private static readonly string[] Sources = [ServerTelemetry.Name, RequestSpans.Source];

    private static readonly string[] Meters =
        [ServerTelemetry.Name, "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    private readonly ExportSettings _settings;
    private readonly OpenTelemetrySdk _sdk;
    private ExportFailures? _failures;

    private TelemetryExport(ExportSettings settings, OpenTelemetrySdk sdk)
    {
        _settings = settings;
        _sdk = sdk;
    }

    /// <summary>Starts to export. Neither waits for a collector nor fails without one.</summary>
    /// <param name="settings">What goes where.</param>
    /// <param name="node">The server's name for itself.</param>
    public static TelemetryExport Start(ExportSettings settings, string node)
    {
        // ASP.NET Core leaves the names and attributes of its spans to a package, unless it is told to set them itself.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        return new TelemetryExport(settings, OpenTelemetrySdk.Create(sdk => Configure(sdk, settings, node)));
    }

    /// <summary>Lets what the server logs be exported too, and failures to export be logged.</summary>
    public void AddTo(ILoggingBuilder logging)
    {
        if (_settings.Logs is not null) logging.AddProvider(new ForwardingLoggerProvider(_sdk.GetLoggerFactory()));
    }

    /// <summary>From here on failures are told.</summary>
    public void TellFailures(ILogger logger) => _failures ??= new ExportFailures(_settings.Endpoints, logger);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Side by side: each may have to wait for the same collector.
        var limit = (int)FlushTime.TotalMilliseconds;
        var flushing = Task.WhenAll(
            Aside(() => _sdk.TracerProvider.Shutdown(limit)),
            Aside(() => _sdk.MeterProvider.Shutdown(limit)),
            Aside(() => _sdk.LoggerProvider.Shutdown(limit)));
        try
        {
            await flushing.WaitAsync(FlushTime, TimeProvider.System);
            await Aside(_sdk.Dispose).WaitAsync(FlushTime, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // What has not left by now is lost; a server that does not end would be worse.
        }

        _failures?.Dispose();
    }

    // These block until a collector has answered, and its answer needs the pool's threads: on two cores, three that block would leave none.
    // A thread whose time was not enough ends with the process.
    private static Task Aside(Action flush) =>
        Task.Factory.StartNew(flush, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Configure(IOpenTelemetryBuilder sdk, ExportSettings settings, string node)
    {
        sdk.Services.AddSingleton(WithDefaults(settings.Environment));
        sdk.ConfigureResource(resource => Describe(resource, node));
        if (settings.Traces is { } traces)
            sdk.WithTracing(t => t.AddSource(Sources).AddProcessor<RequestSpans>().AddOtlpExporter(traces.ApplyTo));
        if (settings.Metrics is { } metrics)
            sdk.WithMetrics(m => m.AddMeter(Meters).AddOtlpExporter(metrics.ApplyTo));
        if (settings.Logs is { } logs)
        {
            sdk.WithLogging(l => l.AddOtlpExporter(logs.ApplyTo), o => o.IncludeFormattedMessage = true);
            sdk.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace));
        }
    }

    private static void Describe(ResourceBuilder resource, string node)
    {
        // Whoever runs several servers on one machine tells them apart by the process.
        var instance = $"{node}-{Environment.ProcessId}";
        resource.AddService("subscriptions-server", serviceVersion: ServerTelemetry.Version, serviceInstanceId: instance);

        // Again, because the last one wins: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are the operator's word.
        resource.AddEnvironmentVariableDetector();
    }

    // Ids of log events are what alarms hold on to; the SDK sends them only when it is told to.
    private static IConfiguration WithDefaults(IConfiguration environment) => new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create("OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES", (string?)"true")])
        .AddConfiguration(environment)
        .Build();
}
