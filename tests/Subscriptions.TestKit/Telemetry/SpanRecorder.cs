using System.Diagnostics;

namespace Subscriptions.TestKit.Telemetry;

/// <summary>Records the spans of one source, as an SDK would that takes all of them. Sources belong to the process: others' spans come too.</summary>
public sealed class SpanRecorder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Activity> _ended = [];
    private readonly SemaphoreSlim _came = new(0);
    private readonly ActivityListener _listener;

    /// <param name="source">The source's name.</param>
    public SpanRecorder(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = OnStopped,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Ended
    {
        get
        {
            lock (_lock) return [.. _ended];
        }
    }

    /// <summary>Waits for so many spans to end.</summary>
    public async Task<IReadOnlyList<Activity>> WaitForAsync(int count)
    {
        while (Ended.Count < count) await _came.WaitAsync().Within();
        return Ended;
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void OnStopped(Activity activity)
    {
        lock (_lock) _ended.Add(activity);
        _came.Release();
    }
}
