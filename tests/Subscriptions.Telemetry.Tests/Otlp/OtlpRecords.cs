using Subscriptions.Telemetry.Tests.Otlp.Wire;
using Subscriptions.TestKit;

namespace Subscriptions.Telemetry.Tests.Otlp;

/// <summary>What a collector was sent. Thread-safe.</summary>
internal sealed class OtlpRecords
{
    private readonly Lock _lock = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<ReceivedMetric> _metrics = [];
    private readonly List<ReceivedLog> _logs = [];
    private TaskCompletionSource _changed = NewSignal();

    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_lock) return [.. _spans];
        }
    }

    public IReadOnlyList<ReceivedMetric> Metrics
    {
        get
        {
            lock (_lock) return [.. _metrics];
        }
    }

    public IReadOnlyList<ReceivedLog> Logs
    {
        get
        {
            lock (_lock) return [.. _logs];
        }
    }

    public void Add(TraceRequest request) => Add(
        _spans,
        from r in request.ResourceSpans
        from s in r.ScopeSpans
        from span in s.Spans
        select new ReceivedSpan(Attributes(r.Resource.Attributes), s.Scope.Name, span, Attributes(span.Attributes)));

    public void Add(MetricsRequest request) => Add(
        _metrics,
        from r in request.ResourceMetrics
        from s in r.ScopeMetrics
        from metric in s.Metrics
        select new ReceivedMetric(Attributes(r.Resource.Attributes), s.Scope.Name, metric.Name));

    public void Add(LogsRequest request) => Add(
        _logs,
        from r in request.ResourceLogs
        from s in r.ScopeLogs
        from log in s.LogRecords
        select new ReceivedLog(
            Attributes(r.Resource.Attributes), s.Scope.Name, log.SeverityNumber, log.Body.StringValue, Attributes(log.Attributes)));

    /// <summary>Waits until something is so.</summary>
    public async Task<T> WaitAsync<T>(Func<OtlpRecords, T?> find)
        where T : class
    {
        while (true)
        {
            Task changed;
            lock (_lock) changed = _changed.Task;
            if (find(this) is { } found) return found;
            try
            {
                await changed.Within();
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"It never came. There are:\n{this}", e);
            }
        }
    }

    /// <summary>Waits for a span.</summary>
    public Task<ReceivedSpan> WaitForSpanAsync(Func<ReceivedSpan, bool> isIt) => WaitAsync(r => r.Spans.FirstOrDefault(isIt));

    public override string ToString() => string.Join('\n', [.. Spans.Select(s => $"{s.Scope}: {s.Name} {string.Join(" ", s.Attributes)}"), .. Logs.Select(l => l.Text)]);

    private void Add<T>(List<T> list, IEnumerable<T> records)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            list.AddRange(records);
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private static Dictionary<string, object> Attributes(IEnumerable<KeyValue> attributes) => attributes.ToDictionary(
        a => a.Key,
        a => a.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => (object)a.Value.StringValue,
            AnyValue.ValueOneofCase.BoolValue => a.Value.BoolValue,
            AnyValue.ValueOneofCase.IntValue => a.Value.IntValue,
            AnyValue.ValueOneofCase.DoubleValue => a.Value.DoubleValue,
            _ => "",
        });

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A span.</summary>
internal sealed record ReceivedSpan(
    IReadOnlyDictionary<string, object> Resource, string Scope, Span Span, IReadOnlyDictionary<string, object> Attributes)
{
    public string Name => Span.Name;

    public string Service => (string)Resource["service.name"];

    public string TraceId => Convert.ToHexStringLower(Span.TraceId.Span);

    public string SpanId => Convert.ToHexStringLower(Span.SpanId.Span);

    public string ParentSpanId => Convert.ToHexStringLower(Span.ParentSpanId.Span);

    /// <summary>What it links to: trace and span.</summary>
    public IReadOnlyList<(string TraceId, string SpanId)> Links =>
        [.. Span.Links.Select(l => (Convert.ToHexStringLower(l.TraceId.Span), Convert.ToHexStringLower(l.SpanId.Span)))];
}

/// <summary>A metric, without its points.</summary>
internal sealed record ReceivedMetric(IReadOnlyDictionary<string, object> Resource, string Meter, string Name);

/// <summary>An event of a log.</summary>
internal sealed record ReceivedLog(
    IReadOnlyDictionary<string, object> Resource, string Category, int Severity, string Text, IReadOnlyDictionary<string, object> Attributes);
