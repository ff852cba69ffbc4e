using Subscriptions.Core.Concurrency;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Listeners that are woken together. Few are woken at once, by the writer; many by a thread of the pool, which then lets them work for as long as it
/// lets others work without them, so that writers keep up however many listen. Thread-safe.
/// </summary>
internal sealed class ListenerGroup
{
    // Waking takes the writer a fraction of a microsecond each.
    private const int Few = 16;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly HashSet<AsyncSignal> _signals = [];
    private bool _isAsked;
    private bool _isWaking;

    public void Add(AsyncSignal signal)
    {
        lock (_lock) _signals.Add(signal);
    }

    /// <summary>Removes a listener; true when none is left.</summary>
    public bool Remove(AsyncSignal signal)
    {
        lock (_lock)
        {
            _signals.Remove(signal);
            return _signals.Count == 0;
        }
    }

    /// <summary>Wakes all, now or soon.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_signals.Count <= Few)
            {
                foreach (var signal in _signals) signal.Set();
                return;
            }

            _isAsked = true;
            if (_isWaking) return;
            _isWaking = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static group => _ = group.WakeManyAsync(), this, preferLocal: false);
    }

    // Never throws: it only sets signals and waits. The time is the machine's, because it is about how busy the machine is.
    private async Task WakeManyAsync()
    {
        while (true)
        {
            var began = TimeProvider.System.GetTimestamp();
            foreach (var signal in TakeAll()) signal.Set();

            // Behind all who were woken.
            await Task.Yield();
            var work = TimeProvider.System.GetElapsedTime(began);
            if (work > ShortestPause) await Task.Delay(work < LongestPause ? work : LongestPause, TimeProvider.System, CancellationToken.None);

            lock (_lock)
            {
                _isWaking = _isAsked;
                if (!_isWaking) return;
            }
        }
    }

    private AsyncSignal[] TakeAll()
    {
        lock (_lock)
        {
            _isAsked = false;
            return [.. _signals];
        }
    }
}
