using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;

namespace Subscriptions.Core.Feeds;

/// <summary>How a feed waits: for changes that may concern it, and for its time. Disposed with the feed.</summary>
internal sealed class FeedWait : IDisposable
{
    private readonly FeedReader _reader;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly SharedTicker.Entry _tick;
    private readonly CancellationTokenRegistration _stopping;
    private DateTimeOffset _dueAt;

    public FeedWait(FeedReader reader, FeedRequest request, FeedServices services)
    {
        _reader = reader;
        _patience = request.Heartbeat ?? request.Timeout;
        _time = services.Time;
        _tick = services.Ticker.Register(reader.Wake);
        _stopping = services.Stopping.UnsafeRegister(static r => ((FeedReader)r!).Wake(), reader);
        Restart();
    }

    /// <summary>Whether a heartbeat is due, or the time is up.</summary>
    public bool IsDue => _time.GetUtcNow() >= _dueAt;

    /// <summary>Something was sent: the time begins anew.</summary>
    public void Restart()
    {
        _dueAt = _time.GetUtcNow() + _patience;
        _tick.Due(_dueAt);
    }

    /// <summary>Sleeps until something may have happened, or the time has come.</summary>
    public ValueTask SleepAsync(CancellationToken cancellationToken) => _reader.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _tick.Dispose();
        _stopping.Dispose();
    }
}
