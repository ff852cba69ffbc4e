using System.Diagnostics.Metrics;

namespace Subscriptions.TestKit.Telemetry;

/// <summary>One measurement.</summary>
/// <param name="Instrument">The instrument's name.</param>
/// <param name="Unit">The instrument's unit.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Tags">Its attributes.</param>
public sealed record Measurement(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);

/// <summary>Records what the instruments of one meter measure, of all of the process.</summary>
public sealed class MeasurementRecorder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Measurement> _measurements = [];
    private readonly MeterListener _listener = new();

    /// <param name="meter">The meter's name.</param>
    public MeasurementRecorder(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<Measurement> Measurements
    {
        get
        {
            lock (_lock) return [.. _measurements];
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measurement = new Measurement(instrument.Name, instrument.Unit, value, tags.ToArray().ToDictionary());
        lock (_lock) _measurements.Add(measurement);
    }
}
