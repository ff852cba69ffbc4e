using Subscriptions.Core.Concurrency;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Listeners that are woken together. Prompt ones are woken at once, by the writer. Of the others few are, too; many by a thread of the pool, and not
/// again before they can have dealt with what they were woken for: who comes late finds more at a time, and writers keep up however many listen.
/// Thread-safe.
/// </summary>
internal sealed class ListenerGroup
{
    // Waking takes the writer a fraction of a microsecond each.
    private const int Few = 16;

    // About what reading, writing and sending a few rows takes on two processors. Where writers go on meanwhile, they are left several times as much.
    private static readonly TimeSpan TimeOfOne = TimeSpan.FromMicroseconds(10);
    private const int ShareOfWriters = 16;
    private const int CommitsThatGoOn = 3;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly HashSet<AsyncSignal> _prompt = [];
    private readonly HashSet<AsyncSignal> _patient = [];
    private int _commits;
    private bool _isWaking;

    public void Add(AsyncSignal signal, bool isPatient)
    {
        lock (_lock) (isPatient ? _patient : _prompt).Add(signal);
    }

    /// <summary>Removes a listener; true when none is left.</summary>
    public bool Remove(AsyncSignal signal)
    {
        lock (_lock)
        {
            if (!_prompt.Remove(signal)) _patient.Remove(signal);
            return _prompt.Count + _patient.Count == 0;
        }
    }

    /// <summary>Wakes all, now or soon.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            foreach (var signal in _prompt) signal.Set();
            if (_patient.Count <= Few)
            {
                foreach (var signal in _patient) signal.Set();
                return;
            }

            _commits++;
            if (_isWaking) return;
            _isWaking = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static group => _ = group.WakeManyAsync(), this, preferLocal: false);
    }

    // Never throws: it only sets signals and waits. The time is the machine's, because it is about what the machine can do.
    private async Task WakeManyAsync()
    {
        while (true)
        {
            var (signals, commits) = TakePatient();
            foreach (var signal in signals) signal.Set();
            var pause = TimeOfOne * signals.Length * (commits < CommitsThatGoOn ? 1 : ShareOfWriters);
            await Task.Delay(pause < LongestPause ? pause : LongestPause, TimeProvider.System, CancellationToken.None);

            lock (_lock)
            {
                _isWaking = _commits > 0;
                if (!_isWaking) return;
            }
        }
    }

    private (AsyncSignal[] Signals, int Commits) TakePatient()
    {
        lock (_lock)
        {
            var commits = _commits;
            _commits = 0;
            return ([.. _patient], commits);
        }
    }
}
