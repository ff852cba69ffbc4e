using System.Diagnostics.Metrics;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>What a metric's values mean, and how several measurements become one.</summary>
internal enum MetricKind
{
    /// <summary>Only rises.</summary>
    Counter = 1,

    /// <summary>Rises and falls.</summary>
    Gauge = 2,

    /// <summary>A distribution.</summary>
    Histogram = 3,
}

/// <summary>What an instrument's measurements are.</summary>
/// <param name="Kind">What the values mean.</param>
/// <param name="IsObservable">The instrument is asked, and answers with values as they are.</param>
/// <param name="IsDelta">A measurement is added to what was there; else it replaces it.</param>
internal readonly record struct InstrumentNature(MetricKind Kind, bool IsObservable, bool IsDelta)
{
    /// <summary>Looks at an instrument.</summary>
    public static InstrumentNature Of(Instrument instrument)
    {
        var type = instrument.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (definition == typeof(Counter<>)) return new InstrumentNature(MetricKind.Counter, IsObservable: false, IsDelta: true);
        if (definition == typeof(ObservableCounter<>)) return new InstrumentNature(MetricKind.Counter, IsObservable: true, IsDelta: false);
        if (definition == typeof(UpDownCounter<>)) return new InstrumentNature(MetricKind.Gauge, IsObservable: false, IsDelta: true);
        if (definition == typeof(Histogram<>)) return new InstrumentNature(MetricKind.Histogram, IsObservable: false, IsDelta: true);
        return new InstrumentNature(MetricKind.Gauge, instrument.IsObservable, IsDelta: false);
    }
}
