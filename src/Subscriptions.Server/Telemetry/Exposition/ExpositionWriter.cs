using System.Buffers;
using System.Globalization;
using System.Text;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>Writes the Prometheus text format, version 0.0.4, straight into the network's buffers.</summary>
internal sealed class ExpositionWriter(IBufferWriter<byte> output)
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The head of a metric; its series follow.</summary>
    public void Begin(string name, MetricKind kind, string description)
    {
        if (description.Length > 0) Line($"# HELP {name} {ExpositionText.Help(description)}\n");
        Line($"# TYPE {name} {TypeOf(kind)}\n");
    }

    /// <summary>A series of a counter or a gauge.</summary>
    public void Number(string name, string labels, double value)
    {
        Line(labels.Length == 0 ? $"{name} {ExpositionText.Number(value)}\n" : $"{name}{{{labels}}} {ExpositionText.Number(value)}\n");
    }

    /// <summary>A series of a histogram.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="labels">The labels but <c>le</c>.</param>
    /// <param name="bounds">The buckets' upper bounds, but the last's.</param>
    /// <param name="buckets">The buckets' measurements, one bucket more than bounds.</param>
    /// <param name="sum">The sum of all measurements.</param>
    public void Histogram(string name, string labels, double[] bounds, long[] buckets, double sum)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        var count = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            count += buckets[i];
            var le = i < bounds.Length ? ExpositionText.Number(bounds[i]) : "+Inf";
            Line(string.Create(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{le}\"}} {count}\n"));
        }

        Number(name + "_sum", labels, sum);
        Number(name + "_count", labels, count);
    }

    private void Line(string line) => Encoding.UTF8.GetBytes(line, output);

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };
}
