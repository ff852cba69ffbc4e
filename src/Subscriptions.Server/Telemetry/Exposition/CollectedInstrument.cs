using System.Diagnostics.Metrics;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>
/// What one instrument has measured, by attributes. However many different attributes it is given, it keeps a bounded number of series: what
/// is beyond goes into one, marked <c>otel.metric.overflow</c>. Thread-safe.
/// </summary>
internal sealed class CollectedInstrument
{
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("otel.metric.overflow", true)];

    private readonly Lock _lock = new();
    private readonly Dictionary<int, MetricSeries> _byHash = [];
    private readonly InstrumentNature _nature;
    private readonly double[] _bounds;
    private readonly int _maxSeries;
    private MetricSeries? _overflow;
    private int _count;
    private long _collection;

    /// <param name="instrument">The instrument.</param>
    /// <param name="maxSeries">The most series, the one for the rest not counted.</param>
    public CollectedInstrument(Instrument instrument, int maxSeries)
    {
        _nature = InstrumentNature.Of(instrument);
        _bounds = _nature.Kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : [];
        _maxSeries = maxSeries;
        Meter = instrument.Meter.Name;
        Description = instrument.Description ?? "";
        Name = ExpositionNames.Of(instrument.Name, instrument.Unit, _nature.Kind);
    }

    /// <summary>The name on the page.</summary>
    public string Name { get; }

    /// <summary>Whose it is.</summary>
    public string Meter { get; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>What the values mean.</summary>
    public MetricKind Kind => _nature.Kind;

    /// <summary>A measurement was made.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            var series = FindLocked(tags);
            var isFirst = series.SeenIn != _collection;
            series.SeenIn = _collection;
            if (Kind == MetricKind.Histogram) series.Observe(value);
            else if (_nature.IsDelta) series.Value += value;
            else series.Value = isFirst || series != _overflow ? value : Join(series.Value, value);
        }
    }

    /// <summary>Everybody is about to be asked: what is not reported again is forgotten by <see cref="EndCollection"/>.</summary>
    public void BeginCollection()
    {
        if (!_nature.IsObservable) return;
        lock (_lock) _collection++;
    }

    /// <summary>Everybody was asked.</summary>
    public void EndCollection()
    {
        if (!_nature.IsObservable) return;
        lock (_lock)
        {
            if (_overflow is not null && _overflow.SeenIn != _collection) _overflow = null;
            var all = SeriesLocked().Where(s => s != _overflow).ToList();
            if (all.TrueForAll(s => s.SeenIn == _collection)) return;

            _byHash.Clear();
            _count = 0;
            foreach (var series in all.Where(s => s.SeenIn == _collection)) AddLocked(series);
        }
    }

    /// <summary>Writes all series, by labels. Nothing when there is none.</summary>
    public void Write(ExpositionWriter writer)
    {
        lock (_lock)
        {
            var series = SeriesLocked().OrderBy(s => s.Labels, StringComparer.Ordinal).DistinctBy(s => s.Labels).ToList();
            if (series.Count == 0) return;

            writer.Begin(Name, Kind, Description);
            foreach (var one in series)
            {
                if (Kind == MetricKind.Histogram) writer.Histogram(Name, one.Labels, _bounds, one.Buckets, one.Value);
                else writer.Number(Name, one.Labels, one.Value);
            }
        }
    }

    // Of what does not fit: how many there are in all, but of sizes and ages the worst.
    private double Join(double a, double b) => Kind == MetricKind.Counter ? a + b : Math.Max(a, b);

    private MetricSeries FindLocked(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_byHash.TryGetValue(MetricSeries.Hash(tags), out var series))
        {
            for (var one = series; one is not null; one = one.Next)
            {
                if (one.Has(tags)) return one;
            }
        }

        if (_count >= _maxSeries) return _overflow ??= new MetricSeries(OverflowTags, _bounds);
        return AddLocked(new MetricSeries(tags.ToArray(), _bounds));
    }

    private MetricSeries AddLocked(MetricSeries series)
    {
        var hash = series.HashCode;
        series.Next = _byHash.GetValueOrDefault(hash);
        _byHash[hash] = series;
        _count++;
        return series;
    }

    private IEnumerable<MetricSeries> SeriesLocked()
    {
        foreach (var first in _byHash.Values)
        {
            for (var one = first; one is not null; one = one.Next) yield return one;
        }

        if (_overflow is not null) yield return _overflow;
    }
}
