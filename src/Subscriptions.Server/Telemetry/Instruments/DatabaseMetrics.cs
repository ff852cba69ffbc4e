using System.Diagnostics.Metrics;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>How each database is doing: what is written and read, how much there is. Looks when it is asked, like <see cref="SubscriptionMetrics"/>.</summary>
internal sealed class DatabaseMetrics
{
    private readonly DatabaseCatalog _databases;
    private readonly StoreSampler _sampler;
    private readonly Meter _meter;

    /// <summary>Makes the instruments.</summary>
    public DatabaseMetrics(Meter meter, DatabaseCatalog databases, StoreSampler sampler)
    {
        _meter = meter;
        _databases = databases;
        _sampler = sampler;
        meter.CreateObservableGauge("subscriptions.database.count", () => databases.List().Count, "{database}", "Databases.");
        Gauge("subscriptions", "{subscription}", "Subscriptions.", d => d.Subscriptions.Entries.Count());
        Gauge("seqno", "{change}", "Changes ever made: the sum of the partitions' newest seqnos.", d => d.Feed.Partitions.Sum(p => p.HighSeqno));
        Sampled("documents", "{document}", "Documents that exist.", s => s.Documents);
        Sampled("tombstones", "{document}", "Deleted or expired documents that readers still see.", s => s.Tombstones);
        Sampled("revisions", "{version}", "Versions that are kept as revisions, the newest of each document included.", s => s.Revisions);
        Sampled("size", "By", "What the database's files take on disk, journals included.", s => s.DiskBytes);
        Counter("subscriptions.write.requests", "{request}", "Write requests that were carried out.", d => d.Writes.Requests);
        Counter("subscriptions.write.operations", "{operation}", "Operations of the write requests that were carried out.", d => d.Writes.Operations);
        Counter(
            "subscriptions.write.conflicts", "{request}", "Write requests that were refused because of an expected revision.", d => d.Writes.Conflicts);
        meter.CreateObservableCounter(
            "subscriptions.feed.reads", MeasureReads, "{page}", "Pages that readers took of the log, from memory (tail) or from the store.");
    }

    private static KeyValuePair<string, object?> NameOf(Database database) => new(MetricNames.Database, database.Info.Name.Value);

    private void Gauge(string name, string unit, string description, Func<Database, long> value) => _meter.CreateObservableGauge(
        "subscriptions.database." + name, () => _databases.List().Select(d => new Measurement<long>(value(d), NameOf(d))), unit, description);

    private void Counter(string name, string unit, string description, Func<Database, long> value) => _meter.CreateObservableCounter(
        name, () => _databases.List().Select(d => new Measurement<long>(value(d), NameOf(d))), unit, description);

    private void Sampled(string name, string unit, string description, Func<DocumentStatistics, long> value) => _meter.CreateObservableGauge(
        "subscriptions.database." + name,
        () =>
        {
            _sampler.Touch();
            return _databases.List()
                .Select(d => (Database: d, Statistics: _sampler.StatisticsOf(d)))
                .Where(s => s.Statistics is not null)
                .Select(s => new Measurement<long>(value(s.Statistics!.Value), NameOf(s.Database)));
        },
        unit,
        description);

    private IEnumerable<Measurement<long>> MeasureReads()
    {
        foreach (var database in _databases.List())
        {
            var figures = database.Feed.Figures;
            yield return new Measurement<long>(figures.TailReads, NameOf(database), new(MetricNames.FeedSource, "tail"));
            yield return new Measurement<long>(figures.StoreReads, NameOf(database), new(MetricNames.FeedSource, "store"));
        }
    }
}
