using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;

namespace Subscriptions.Core.Feeds;

/// <summary>How a feed waits: for changes that may concern it, and for its time. Disposed with the feed.</summary>
internal sealed class FeedWait : IDisposable
{
    private readonly FeedReader _reader;
    private readonly TimeSpan? _heartbeat;
    private readonly TimeSpan? _timeout;
    private readonly TimeProvider _time;
    private readonly SharedTicker.Entry _tick;
    private readonly CancellationTokenRegistration _stopping;
    private DateTimeOffset _beatAt;
    private DateTimeOffset _endAt;

    public FeedWait(FeedReader reader, FeedRequest request, FeedServices services)
    {
        _reader = reader;
        _heartbeat = request.Heartbeat;
        _timeout = request.Heartbeat is null ? request.Timeout : request.IdleTimeout;
        _time = services.Time;
        _tick = services.Ticker.Register(reader.Wake);
        _stopping = services.Stopping.UnsafeRegister(static r => ((FeedReader)r!).Wake(), reader);
        GaveRow();
        Beat();
    }

    /// <summary>Whether a heartbeat is due, or the time is up.</summary>
    public bool IsDue => _time.GetUtcNow() >= Earliest;

    /// <summary>Whether the feed has waited for a row for too long.</summary>
    public bool IsOver => _time.GetUtcNow() >= _endAt;

    private DateTimeOffset Earliest => _beatAt < _endAt ? _beatAt : _endAt;

    /// <summary>There was a row: the time until the feed ends begins anew.</summary>
    public void GaveRow()
    {
        _endAt = After(_timeout);
        _tick.Due(Earliest);
    }

    /// <summary>Something was sent: the silence begins anew.</summary>
    public void Beat()
    {
        _beatAt = After(_heartbeat);
        _tick.Due(Earliest);
    }

    /// <summary>Sleeps until something may have happened, or the time has come.</summary>
    public ValueTask SleepAsync(CancellationToken cancellationToken) => _reader.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _tick.Dispose();
        _stopping.Dispose();
    }

    private DateTimeOffset After(TimeSpan? time) => time is { } known ? _time.GetUtcNow() + known : DateTimeOffset.MaxValue;
}
