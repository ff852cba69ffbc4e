using System.Diagnostics.Metrics;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>The upper bounds of a histogram's buckets: what the instrument advises, else OpenTelemetry's default.</summary>
internal static class HistogramBounds
{
    private static readonly double[] Default = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

    /// <summary>The bounds, increasing; the last bucket, without bound, is not among them.</summary>
    public static double[] Of(Instrument instrument) => instrument switch
    {
        Histogram<double> h => Of(h),
        Histogram<float> h => Of(h),
        Histogram<long> h => Of(h),
        Histogram<int> h => Of(h),
        Histogram<short> h => Of(h),
        Histogram<byte> h => Of(h),
        Histogram<decimal> h => Of(h),
        _ => Default,
    };

    private static double[] Of<T>(Histogram<T> histogram)
        where T : struct, IConvertible =>
        histogram.Advice?.HistogramBucketBoundaries is { Count: > 0 } advised
            ? [.. advised.Select(b => b.ToDouble(null)).Where(double.IsFinite)]
            : Default;
}
