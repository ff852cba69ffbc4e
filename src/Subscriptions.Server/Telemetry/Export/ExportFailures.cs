using System.Diagnostics.Tracing;
using System.Globalization;

namespace Subscriptions.Server.Telemetry.Export;

/// <summary>
/// Tells once that telemetry does not reach its collector. The SDK tells every failed request, and only to event listeners; a log that
/// repeated it every few seconds for as long as a collector is away would hide everything else.
/// </summary>
internal sealed partial class ExportFailures : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const int MaxLength = 300;

    private readonly string _endpoints;
    private readonly ILogger _logger;
    private int _wasTold;

    /// <param name="endpoints">Where telemetry goes, for people.</param>
    /// <param name="logger">Where it is told.</param>
    public ExportFailures(string endpoints, ILogger logger)
    {
        _endpoints = endpoints;
        _logger = logger;

        // The base class asks for sources before the fields are set, so it is asked again.
        foreach (var source in EventSource.GetSources()) Listen(source);
    }

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource) => Listen(eventSource);

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_logger is null || eventData.Level > EventLevel.Warning || Interlocked.Exchange(ref _wasTold, 1) == 1) return;
        Log.Failed(_logger, _endpoints, Describe(eventData));
    }

    // A collector that refuses connections is a warning to the exporter, as it tries again.
    private void Listen(EventSource source)
    {
        if (source.Name == Exporter) EnableEvents(source, EventLevel.Warning);
    }

    // The exceptions come with their stack traces; their first line says it.
    private static string Describe(EventWrittenEventArgs eventData)
    {
        var text = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "", [.. eventData.Payload ?? []]);
        var line = text.AsSpan()[..(text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length)];
        return line.Length <= MaxLength ? line.ToString() : $"{line[..MaxLength]}…";
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning,
            "Telemetry does not reach {Endpoints}: {Problem} What cannot be sent is dropped. This is told once; later failures are not logged.",
            EventId = Hosting.LogEvents.Export + 1)]
        public static partial void Failed(ILogger logger, string endpoints, string problem);
    }
}
