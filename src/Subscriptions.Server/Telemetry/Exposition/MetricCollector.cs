using System.Diagnostics.Metrics;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>Listens to meters from now on and remembers what they measure, for the page. Thread-safe.</summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _asking = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<Instrument, CollectedInstrument> _instruments = [];

    /// <summary>Starts listening.</summary>
    /// <param name="isWanted">Which meters are listened to.</param>
    /// <param name="maxSeries">The most series of one instrument.</param>
    public MetricCollector(Func<Meter, bool> isWanted, int maxSeries)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!isWanted(instrument.Meter)) return;
            var collected = new CollectedInstrument(instrument, maxSeries);
            lock (_lock) _instruments[instrument] = collected;
            listener.EnableMeasurementEvents(instrument, collected);
        };
        _listener.MeasurementsCompleted = (instrument, _) =>
        {
            lock (_lock) _instruments.Remove(instrument);
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Asks the instruments that must be asked.</summary>
    /// <returns>
    /// Everything, by name. Where two instruments come to the same name on the page, the one whose meter is last in the alphabet has it: ours
    /// come before the runtime's and the host's that way.
    /// </returns>
    public IReadOnlyList<CollectedInstrument> Collect()
    {
        // One at a time: a second asking would forget what the first is just being told.
        lock (_asking)
        {
            var all = Snapshot();
            foreach (var instrument in all) instrument.BeginCollection();
            Ask();
            foreach (var instrument in all) instrument.EndCollection();
        }

        return WithoutClashes(Snapshot());
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((CollectedInstrument)state!).Record(value, tags);

    private static List<CollectedInstrument> WithoutClashes(List<CollectedInstrument> instruments)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<CollectedInstrument>(instruments.Count);
        foreach (var instrument in instruments.OrderByDescending(i => i.Meter, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal))
        {
            string[] samples = instrument.Kind == MetricKind.Histogram
                ? [instrument.Name, instrument.Name + "_bucket", instrument.Name + "_sum", instrument.Name + "_count"]
                : [instrument.Name];
            if (samples.Any(taken.Contains)) continue;
            taken.UnionWith(samples);
            kept.Add(instrument);
        }

        kept.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return kept;
    }

    private void Ask()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // An instrument that cannot answer, such as one of something that is being closed, is left out this time.
        }
    }

    private List<CollectedInstrument> Snapshot()
    {
        lock (_lock) return [.. _instruments.Values];
    }
}
