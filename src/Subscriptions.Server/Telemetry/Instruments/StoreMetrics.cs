using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>How the stores' files are doing. Touched once or twice a transaction.</summary>
internal sealed class StoreMetrics
{
    private static readonly double[] Seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
    private static readonly int[] Requests = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
    private static readonly int[] Operations = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536];

    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _commitRequests;
    private readonly Histogram<int> _commitOperations;
    private readonly Histogram<double> _queueTime;
    private readonly Counter<long> _faults;

    public StoreMetrics(Meter meter)
    {
        _commitDuration = meter.CreateHistogram(
            "subscriptions.store.commit.duration", "s", "How long transactions take, from their beginning until they are synced.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _commitRequests = meter.CreateHistogram(
            "subscriptions.store.commit.requests", "{request}", "How many requests share a transaction.",
            tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = Requests });
        _commitOperations = meter.CreateHistogram(
            "subscriptions.store.commit.operations", "{operation}", "How many operations share a transaction.",
            tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = Operations });
        _queueTime = meter.CreateHistogram(
            "subscriptions.store.queue.time", "s", "How long the first request of a transaction waited for the writer: the writer's delay.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _faults = meter.CreateCounter<long>(
            "subscriptions.store.faults", "{fault}", "Reads, transactions and upkeep that failed because of the disk or the file.");
        Documents = new Store(this, "documents");
        Subscriptions = new Store(this, "subscriptions");
        meter.CreateObservableUpDownCounter(
            "subscriptions.store.queue.length", () => new[] { Documents, Subscriptions }.Select(s => s.QueueLength),
            "{request}", "Requests that wait for a writer.");
    }

    /// <summary>Hears of the databases' files.</summary>
    public Store Documents { get; }

    /// <summary>Hears of the subscriptions' file.</summary>
    public Store Subscriptions { get; }

    /// <summary>One kind of store. Thread-safe.</summary>
    internal sealed class Store : IStoreObserver
    {
        private readonly StoreMetrics _metrics;
        private readonly TagList _tags;
        private readonly FrozenDictionary<StoreFault, TagList> _faultTags;
        private int _queued;

        public Store(StoreMetrics metrics, string name)
        {
            _metrics = metrics;
            _tags = [new(MetricNames.Store, name)];
            _faultTags = Enum.GetValues<StoreFault>().ToFrozenDictionary(
                f => f, f => new TagList([new(MetricNames.Store, name), new(MetricNames.Error, NameOf(f))]));
        }

        /// <summary>What waits now.</summary>
        public Measurement<int> QueueLength => new(Math.Max(0, Volatile.Read(ref _queued)), _tags);

        /// <inheritdoc />
        public void OnQueueChanged(int by) => Interlocked.Add(ref _queued, by);

        /// <inheritdoc />
        public void OnTaken(TimeSpan longestWait) => _metrics._queueTime.Record(longestWait.TotalSeconds, _tags);

        /// <inheritdoc />
        public void OnCommitted(int requests, int operations, TimeSpan duration)
        {
            _metrics._commitDuration.Record(duration.TotalSeconds, _tags);
            _metrics._commitRequests.Record(requests, _tags);
            _metrics._commitOperations.Record(operations, _tags);
        }

        /// <inheritdoc />
        public void OnFault(StoreFault fault) => _metrics._faults.Add(1, _faultTags[fault]);

        // As the contract spells its reasons.
        private static string NameOf(StoreFault fault) => fault switch
        {
            StoreFault.DiskFull => "DISK_FULL",
            StoreFault.Io => "IO",
            StoreFault.ReadOnly => "READ_ONLY",
            StoreFault.Corrupt => "CORRUPT",
            StoreFault.InUse => "IN_USE",
            StoreFault.NewerVersion => "NEWER_VERSION",
            StoreFault.Closed => "CLOSED",
            _ => "OTHER",
        };
    }
}
