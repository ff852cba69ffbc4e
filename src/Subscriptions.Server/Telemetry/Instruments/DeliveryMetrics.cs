using System.Diagnostics.Metrics;
using Subscriptions.Core.Delivery;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>How large batches are. Touched once a batch. Thread-safe.</summary>
internal sealed class DeliveryMetrics : IDeliveryObserver
{
    private static readonly int[] Changes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
    private static readonly long[] Bytes = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 33_554_432];

    private readonly Histogram<int> _changes;
    private readonly Histogram<long> _bytes;

    public DeliveryMetrics(Meter meter)
    {
        _changes = meter.CreateHistogram(
            "subscriptions.delivery.batch.changes", "{change}", "How many changes a batch has.",
            tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = Changes });
        _bytes = meter.CreateHistogram(
            "subscriptions.delivery.batch.size", "By", "How large the content of a batch is.",
            tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = Bytes });
    }

    /// <inheritdoc />
    public void OnBatch(int changes, long bytes)
    {
        _changes.Record(changes);
        _bytes.Record(bytes);
    }
}
