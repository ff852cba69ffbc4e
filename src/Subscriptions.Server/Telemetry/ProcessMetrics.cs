using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Subscriptions.Server.Telemetry;

/// <summary>
/// What the page tells about the process under the names that Prometheus' own clients use. Not exported otherwise: OpenTelemetry has names of
/// its own for this, which the runtime reports.
/// </summary>
internal sealed class ProcessMetrics : IDisposable
{
    private readonly Meter _meter = new("Subscriptions.Process", ServerTelemetry.Version);

    public ProcessMetrics()
    {
        using var process = Process.GetCurrentProcess();
        var startedAt = (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        _meter.CreateObservableGauge("process.resident_memory", static () => Environment.WorkingSet, "By", "Memory that the process has, in RAM.");
        _meter.CreateObservableCounter(
            "process.cpu",
            static () => Environment.CpuUsage.TotalTime.TotalSeconds,
            "s",
            "Processor time that the process has used, of user and system.");
        _meter.CreateObservableGauge("process.start_time", () => startedAt, "s", "When the process was started, in seconds since 1970.");
        _meter.CreateObservableGauge(
            "subscriptions.build.info",
            static () => new Measurement<int>(1, new("version", ServerTelemetry.Version), new("runtime", Environment.Version.ToString())),
            unit: null,
            "Which build this is; always 1.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter => _meter;

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
