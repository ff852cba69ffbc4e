using System.Diagnostics.Metrics;
using System.Text.Json;
using Subscriptions.Core.Streams;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>Partition streams: who is connected, what was sent, and why readers were sent back. Looks when it is asked.</summary>
internal static class StreamMetrics
{
    /// <summary>Makes the instruments.</summary>
    public static void Create(Meter meter, StreamFigures figures)
    {
        meter.CreateObservableGauge("subscriptions.stream.connections", () => figures.Connections, "{connection}", "Connections for partition streams that are open.");
        meter.CreateObservableGauge("subscriptions.stream.streams", () => figures.Streams, "{stream}", "Partition streams that are open.");
        meter.CreateObservableCounter("subscriptions.stream.changes", () => figures.Changes, "{change}", "Changes that streams have sent.");
        meter.CreateObservableCounter("subscriptions.stream.bytes", () => figures.Bytes, "By", "What was sent on streams, as windows count it.");
        meter.CreateObservableCounter(
            "subscriptions.stream.pauses", () => figures.Pauses, "{pause}", "How often a connection had to stop because its window was full.");
        meter.CreateObservableCounter(
            "subscriptions.stream.silent_connections", () => figures.SilentConnections, "{connection}",
            "Connections that were given up because nothing was heard of the client.");
        meter.CreateObservableCounter(
            "subscriptions.stream.rollbacks", () => Measure(figures.Rollbacks), "{rollback}", "Readers that were sent back, by reason.");
        meter.CreateObservableCounter("subscriptions.stream.ends", () => Measure(figures.Ends), "{stream}", "Streams that have ended, by reason.");
    }

    private static IEnumerable<Measurement<long>> Measure<T>(IEnumerable<KeyValuePair<T, long>> counts)
        where T : struct, Enum =>
        counts.Select(c => new Measurement<long>(
            c.Value, new KeyValuePair<string, object?>(MetricNames.StreamReason, JsonNamingPolicy.SnakeCaseLower.ConvertName(c.Key.ToString()))));
}
