using OpenTelemetry.Exporter;

namespace Subscriptions.Server.Telemetry.Export;

/// <summary>Where one signal goes.</summary>
/// <param name="Endpoint">The collector; for HTTP with the signal's path.</param>
/// <param name="Protocol">How it is spoken to.</param>
/// <param name="Headers">What every request carries, as <c>key=value,key=value</c>; may hold secrets. Null: nothing.</param>
/// <param name="Timeout">How long one request may take. Null: the SDK's own limit.</param>
internal sealed record ExportTarget(Uri Endpoint, OtlpExportProtocol Protocol, string? Headers, TimeSpan? Timeout)
{
    /// <summary>Sets an exporter's options.</summary>
    public void ApplyTo(OtlpExporterOptions options)
    {
        options.Endpoint = Endpoint;
        options.Protocol = Protocol;
        if (Headers is not null) options.Headers = Headers;
        if (Timeout is { } timeout) options.TimeoutMilliseconds = (int)timeout.TotalMilliseconds;
    }
}
