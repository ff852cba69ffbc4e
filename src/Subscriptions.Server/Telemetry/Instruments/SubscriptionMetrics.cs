using System.Diagnostics.Metrics;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>
/// How each subscription is doing. Nothing is counted here: the instruments look, when they are asked, at what the engine has in memory, and
/// at the last sample of what it has not.
/// </summary>
internal sealed class SubscriptionMetrics
{
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new(MetricNames.Overflow, true)];

    private readonly DatabaseCatalog _databases;
    private readonly SubscriptionSeries _series;
    private readonly StoreSampler _sampler;
    private readonly Meter _meter;

    /// <summary>Makes the instruments.</summary>
    public SubscriptionMetrics(Meter meter, DatabaseCatalog databases, StoreSampler sampler, int maxSeries)
    {
        _meter = meter;
        _databases = databases;
        _sampler = sampler;
        _series = new SubscriptionSeries(maxSeries);
        Gauge("lag", "{change}", "Changes above the stored cursor, matching or not.", n => n.Database.Subscriptions.GetLag(n.Entry));
        Gauge("in_flight", "{batch}", "Batches that were sent and not acked.", n => n.Entry.Figures.BatchesInFlight);
        Gauge("in_flight_changes", "{change}", "Changes in batches that were sent and not acked.", n => n.Entry.Figures.ChangesInFlight);
        meter.CreateObservableGauge(
            "subscriptions.subscription.lag_time", MeasureLagTime, "s", "Age of the oldest change above the stored cursor; 0 when there is none.");
        meter.CreateObservableGauge(
            "subscriptions.subscription.workers", MeasureWorkers, "{worker}", "Workers that have the subscription or wait for it.");
        Counter("batches", "{batch}", "Batches sent, those sent again after a nack included.", t => t.Batches);
        Counter("changes", "{change}", "Changes sent, those sent again after a nack included.", t => t.Changes);
        Counter("bytes", "By", "Size of the changes sent.", t => t.Bytes);
        Counter("scanned", "{change}", "Changes looked at to find those to send.", t => t.Scanned);
        Counter("acks", "{batch}", "Batches whose acks are durable.", t => t.Acks);
        Counter("nacks", "{nack}", "Times that a worker sent batches back.", t => t.Nacks);
        Counter("redelivered", "{change}", "Changes sent that had been sent before.", t => t.Redelivered);
        Counter("filtered", "{change}", "Changes looked at and not sent.", t => t.Filtered);
        Counter("failed", "{change}", "Changes that workers failed one by one, or that count as failed because the script did.", t => t.Failed);
        Counter("retried", "{change}", "Failed changes that are tried again.", t => t.Retried);
        Counter("dead_lettered", "{change}", "Failed changes that were given up.", t => t.DeadLettered);
        Counter("script_errors", "{change}", "Changes on which the query's script failed.", t => t.ScriptErrors);
        Counter("rewinds", "{rewind}", "Times that a cursor had to be moved back because it was not part of the history any more.", t => t.Rewinds);
    }

    private void Gauge(string name, string unit, string description, Func<NamedSubscription, long> value) => _meter.CreateObservableGauge(
        "subscriptions.subscription." + name,
        () => Measure(_series.Sort(_databases.List()), value, deleted: 0),
        unit,
        description);

    private void Counter(string name, string unit, string description, Func<DeliveryTotals, long> value) => _meter.CreateObservableCounter(
        "subscriptions.delivery." + name,
        () =>
        {
            var view = _series.Sort(_databases.List());
            return Measure(view, n => value(n.Entry.Figures.Totals), value(view.Deleted));
        },
        unit,
        description);

    private static IEnumerable<Measurement<long>> Measure(
        SubscriptionSeries.View view, Func<NamedSubscription, long> value, long deleted)
    {
        foreach (var named in view.Own) yield return new Measurement<long>(value(named), named.Tags);
        if (view.Others.Count > 0 || deleted > 0)
            yield return new Measurement<long>(view.Others.Sum(value) + deleted, OverflowTags);
    }

    private IEnumerable<Measurement<double>> MeasureLagTime()
    {
        _sampler.Touch();
        var view = _series.Sort(_databases.List());
        foreach (var named in view.Own)
        {
            if (_sampler.LagTimeOf(named.Database, named.Entry) is { } time) yield return new Measurement<double>(time.TotalSeconds, named.Tags);
        }

        var others = view.Others.Select(n => _sampler.LagTimeOf(n.Database, n.Entry)).OfType<TimeSpan>().ToList();
        if (others.Count > 0) yield return new Measurement<double>(others.Max().TotalSeconds, OverflowTags);
    }

    private IEnumerable<Measurement<long>> MeasureWorkers()
    {
        var view = _series.Sort(_databases.List());
        foreach (var named in view.Own)
        {
            foreach (var measurement in Workers([named], named.Tags)) yield return measurement;
        }

        if (view.Others.Count == 0) yield break;
        foreach (var measurement in Workers(view.Others, OverflowTags)) yield return measurement;
    }

    private static IEnumerable<Measurement<long>> Workers(IEnumerable<NamedSubscription> of, KeyValuePair<string, object?>[] tags)
    {
        var (active, waiting) = (0L, 0L);
        foreach (var named in of)
        {
            var workers = named.Database.Subscriptions.GetWorkers(named.Entry);
            active += workers.Holders.Count;
            waiting += workers.Waiting.Count;
        }

        yield return new Measurement<long>(active, [.. tags, new(MetricNames.WorkerState, "active")]);
        yield return new Measurement<long>(waiting, [.. tags, new(MetricNames.WorkerState, "waiting")]);
    }
}
