using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>
/// A connection's times: when a noop is due, and whether the client is still heard of. What is due is looked at by the shared timer, so that it is noticed while the
/// connection waits for a network that takes nothing. Thread-safe, apart from what belongs to the connection's loop.
/// </summary>
internal sealed class ConnectionClock : IDisposable
{
    // For a slow client to take what is under way; longer would leave places to those who connect again and again over a network that takes nothing.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly Action _onDue;
    private readonly Action<EngineException> _onSilent;
    private readonly SharedTicker.Entry _tick;
    private volatile ConnectionSettings _settings;
    private DateTimeOffset _noopAt;
    private long _heardAtTicks;
    private volatile bool _isEnding;

    /// <summary>Starts the clock.</summary>
    /// <param name="ticker">The timer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="settings">How the connection is paced.</param>
    /// <param name="onDue">Something is due; only posts a message.</param>
    /// <param name="onSilent">The client was silent for too long; only posts a message.</param>
    public ConnectionClock(SharedTicker ticker, TimeProvider time, ConnectionSettings settings, Action onDue, Action<EngineException> onSilent)
    {
        _time = time;
        _settings = settings;
        _onDue = onDue;
        _onSilent = onSilent;
        _noopAt = time.GetUtcNow() + settings.NoopInterval;
        Heard();
        _tick = ticker.Register(Tick);

        // A connection that has much to send at once may never come to sleep.
        _tick.Due(SilentAt);
    }

    /// <summary>The client has said something, or taken it.</summary>
    public void Heard()
    {
        if (!_isEnding) Volatile.Write(ref _heardAtTicks, _time.GetUtcNow().UtcTicks);
    }

    /// <summary>The connection is to end: from now on the client has little time, whatever it says.</summary>
    public void End()
    {
        Heard();
        _isEnding = true;
        _tick.Due(SilentAt);
    }

    /// <summary>Other settings are in force. For the connection's loop.</summary>
    public void Change(ConnectionSettings settings)
    {
        _settings = settings;
        _noopAt = _time.GetUtcNow() + settings.NoopInterval;
    }

    /// <summary>Whether a noop is due; the next one then is later. For the connection's loop.</summary>
    public bool TryBeat(DateTimeOffset now)
    {
        if (now < _noopAt) return false;

        _noopAt = now + _settings.NoopInterval;
        return true;
    }

    /// <summary>The connection goes to sleep until something is due. For the connection's loop.</summary>
    /// <param name="progress">When a stream has progress to tell; null: none has.</param>
    public void Sleep(DateTimeOffset? progress)
    {
        var silentAt = SilentAt;
        var due = _noopAt < silentAt ? _noopAt : silentAt;
        _tick.Due(progress < due ? progress.Value : due);
    }

    /// <inheritdoc />
    public void Dispose() => _tick.Dispose();

    private DateTimeOffset SilentAt => new DateTimeOffset(Volatile.Read(ref _heardAtTicks), TimeSpan.Zero) + (_isEnding && _settings.Silence > LastWords ? LastWords : _settings.Silence);

    private void Tick()
    {
        if (_time.GetUtcNow() >= SilentAt) _onSilent(StreamErrors.Silent(_settings.Silence));
        else _onDue();
    }
}
