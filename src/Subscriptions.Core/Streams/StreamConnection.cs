using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>
/// One client's connection: any number of streams of one database, that take turns under one window. A loop owns the streams and everything that is sent; what the
/// client says comes in beside it, so that acks count while something is being sent.
/// </summary>
/// <remarks>
/// What a connection holds in memory is one page, no larger than the window, and one message, however many streams it has. While the window is full nothing is read.
/// </remarks>
public sealed class StreamConnection : IDisposable
{
    private const int MaxPageChanges = 1024;
    private const long MaxPageBytes = 256 * 1024;

    private readonly ChangeFeed _feed;
    private readonly IStreamPeer _peer;
    private readonly StreamServices _services;
    private readonly FeedListener _signal;
    private readonly StreamTable _streams = new();
    private readonly StreamOpening _opening;
    private readonly FlowWindow _window;
    private readonly ConnectionInbox _inbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _ending = new();

    private ConnectionSettings _settings;
    private volatile ConnectionClock? _clock;
    private PartitionStream? _current;
    private volatile EngineException? _failure;
    private bool _isPaused;
    private bool _isDisposed;

    /// <summary>Prepares a connection.</summary>
    /// <param name="feed">The database's log.</param>
    /// <param name="peer">The client.</param>
    /// <param name="settings">How it is paced, to begin with.</param>
    /// <param name="services">What connections share.</param>
    public StreamConnection(ChangeFeed feed, IStreamPeer peer, ConnectionSettings settings, StreamServices services)
    {
        _feed = feed;
        _peer = peer;
        _settings = settings;
        _services = services;
        _window = new FlowWindow(settings.BufferBytes);
        _opening = new StreamOpening(feed, _streams, services);
        _signal = feed.Listen(null, isPatient: true);
        _inbox = new ConnectionInbox(peer, _window, () => _clock!.Heard(), _signal.Wake);
    }

    private TimeProvider Time => _services.Feeds.Time;

    /// <summary>Serves the client until it has gone, or has closed its side and has been sent what it asked for.</summary>
    /// <param name="cancellationToken">Cancelled when the client is gone.</param>
    /// <exception cref="EngineException">The connection was ended for this reason.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var gone = cancellationToken.UnsafeRegister(static c => ((StreamConnection)c!).Gone(), this);
        using var stopping = _services.Feeds.Stopping.UnsafeRegister(static c => ((StreamConnection)c!)._signal.Wake(), this);
        using var clock = _clock = new ConnectionClock(_services.Feeds.Ticker, Time, _settings, _signal.Wake, OnSilent);
        _services.Figures.Connected();
        var receiving = _inbox.RunAsync(End, Gone, _stop.Token);
        try
        {
            await ServeAsync(_stop.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            if (_failure is { } reason) throw reason;
        }
        finally
        {
            Gone();
            await receiving;
            _services.Figures.Disconnected(_streams.All.Count(s => !s.IsFinished));
        }
    }

    /// <summary>
    /// Ends the connection from outside; it need not be running yet. What is being sent is sent first, so that a slow client, too, is told why; one that takes
    /// nothing is cut off soon, whatever it says. Thread-safe, and of no effect once it is over.
    /// </summary>
    public void End(EngineException reason)
    {
        lock (_ending)
        {
            if (_failure is not null) return;
            _failure = reason;
        }

        _clock?.End();
        _signal.Wake();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_ending) _isDisposed = true;
        _signal.Dispose();
        _stop.Dispose();
    }

    private void Gone() => Stop(reason: null);

    // At once. The first reason counts; true when this is the first. The timer may come late.
    private bool Stop(EngineException? reason)
    {
        lock (_ending)
        {
            if (_isDisposed || _stop.IsCancellationRequested) return false;
            var isFirst = _failure is null;
            _failure ??= reason;
            _stop.Cancel();
            return isFirst;
        }
    }

    private void OnSilent(EngineException reason)
    {
        // The timer goes on to look until the connection is over.
        if (Stop(reason)) _services.Figures.Silent();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_failure is { } reason) throw reason;
            await ObeyAsync(cancellationToken);
            var now = Time.GetUtcNow();
            if (_clock!.TryBeat(now)) await TellAsync(Noop(), cancellationToken);
            await ThrowIfOverAsync(cancellationToken);
            if (_inbox.IsDone && FinishWithoutClient()) return;
            if (await GoOnAsync(now, cancellationToken)) continue;

            _clock.Sleep(_streams.ProgressDue());
            await _signal.WaitAsync(cancellationToken);

            // Streams have much to do, and whoever woke this has others to wake.
            await Task.Yield();
        }
    }

    // No more at a time than can wait: one who never ceases to ask gets everything else as well. What came meanwhile has raised the signal.
    private async ValueTask ObeyAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < ConnectionInbox.Capacity && _inbox.TryTake(out var command); i++)
        {
            switch (command)
            {
                case StreamCommand.Control(var change):
                    await TellAsync(Change(change), cancellationToken);
                    break;
                case StreamCommand.Open(var request):
                    await TellAsync(_opening.Open(request), cancellationToken);
                    break;
                case StreamCommand.Unsound(var id, var error):
                    await TellAsync(new StreamMessage.Refused(id, error), cancellationToken);
                    break;
                case StreamCommand.Close(var id):
                    if (_streams.Find(id) is { } stream) stream.Close(StreamEndReason.Closed);
                    else await TellAsync(new StreamMessage.Refused(id, StreamErrors.NoStream(id)), cancellationToken);
                    break;
            }
        }
    }

    private StreamMessage Change(Func<ConnectionSettings, ConnectionSettings> change)
    {
        try
        {
            _settings = change(_settings);
        }
        catch (EngineException e)
        {
            return new StreamMessage.Refused(null, e);
        }

        _window.Resize(_settings.BufferBytes);
        _clock!.Change(_settings);
        return new StreamMessage.Settings(_settings);
    }

    // Sends one message, or reads one page; false when there is nothing to do for now. A turn is a page, which is as large for each: if it were as large as the
    // window has room, acks that come in step with the turns would give some streams much and others little, for ever.
    private async ValueTask<bool> GoOnAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        _current ??= _streams.Next(now);
        if (_current is null) return false;
        if (_window.Room <= 0)
        {
            if (!_isPaused) _services.Figures.Paused();
            _isPaused = true;
            return false;
        }

        _isPaused = false;
        if (_current.HasMessages) await SendAsync(_current.Take(_window.Room), cancellationToken);
        else await ReadAsync(_current, cancellationToken);

        if (_current.HasMessages) return true;
        _streams.Return(_current);
        _current = null;
        return true;
    }

    private async ValueTask ReadAsync(PartitionStream stream, CancellationToken cancellationToken)
    {
        var limits = new ReadLimits(MaxPageChanges, Math.Min(_window.Size, MaxPageBytes));
        try
        {
            using var turn = await _services.Feeds.Lane(stream.RunsScripts).EnterAsync(cancellationToken);
            await stream.ReadAsync(limits, cancellationToken);
        }
        catch (StoreException) when (_feed.ClosedBecause is not null)
        {
            // The loop sees it, and ends all streams.
        }
        catch (StoreException)
        {
            stream.Close(StreamEndReason.StoreFailed);
        }

        // A log in memory is read without waiting: others get their turn.
        await Task.Yield();
    }

    private async ValueTask SendAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        // The stream is over, whether or not the client comes to know of it.
        if (message is StreamMessage.Ended ended) _services.Figures.Ended(ended.Reason);

        var before = _window.TotalSent;
        await TellAsync(message, cancellationToken);
        _services.Figures.Sent((message as StreamMessage.Changes)?.Count ?? 0, _window.TotalSent - before);
    }

    // A connection that breaks while something is written to it has nobody at its other end any more.
    private async ValueTask TellAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _peer.SendAsync(message, _window, cancellationToken);

            // One that has closed its side says nothing any more: that it takes what it is sent is its sign of life.
            if (_inbox.IsClosed) _clock!.Heard();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            Gone();
            throw new OperationCanceledException("The client is gone.", e);
        }
    }

    // A client that has closed its side gets what has an end, without a window, which it cannot make room in; what has none ends here. True when nothing is left.
    private bool FinishWithoutClient()
    {
        _window.Resize(0);
        foreach (var stream in _streams.All)
        {
            if (stream.End == long.MaxValue) stream.Close(StreamEndReason.Closed);
        }

        return _streams.Count == 0;
    }

    private async ValueTask ThrowIfOverAsync(CancellationToken cancellationToken)
    {
        if (_services.Feeds.Stopping.IsCancellationRequested)
        {
            await AbortAsync(StreamEndReason.ShuttingDown, cancellationToken);
            throw StreamErrors.ShuttingDown();
        }

        if (_feed.ClosedBecause is not { } closed) return;
        await AbortAsync(closed == FeedClosing.HistoryChanged ? StreamEndReason.Rollback : StreamEndReason.DatabaseDropped, cancellationToken);
        throw StreamErrors.Closed(closed);
    }

    private async ValueTask AbortAsync(StreamEndReason reason, CancellationToken cancellationToken)
    {
        foreach (var stream in _streams.All)
        {
            if (!stream.IsFinished) await SendAsync(stream.Abort(reason), cancellationToken);
        }
    }

    private StreamMessage.Noop Noop() => new(
        [.. _streams.All.Select(s => s.Partition).Distinct().Order().Select(p => (p, _feed.HighSeqno(p)))]);
}
