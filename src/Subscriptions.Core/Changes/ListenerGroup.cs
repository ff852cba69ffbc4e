using Subscriptions.Core.Concurrency;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Listeners that are woken together. Prompt ones are woken at once, by the writer. Of the others few are, too; many one after the other beside it, and, while
/// writers go on, not again before these have had their time: who comes late finds more at a time, and writers keep up however many listen. Thread-safe.
/// </summary>
/// <param name="time">What waking is timed by. Outside of tests the machine's, because it is about what the machine can do.</param>
internal sealed class ListenerGroup(TimeProvider time)
{
    // Waking takes the writer a fraction of a microsecond each.
    private const int Few = 16;

    // For each change beyond the first writers are left as much time again as waking took; up to so many times as much.
    private const int MostOfWriters = 32;

    // As many as feeds have lanes.
    private static readonly ParallelOptions AtATime = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2) };

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly HashSet<AsyncSignal> _prompt = [];
    private readonly HashSet<AsyncSignal> _patient = [];
    private long _changes;
    private bool _isWaking;
    private long? _wokeAt;

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
    /// <param name="changes">How much was written.</param>
    public void Wake(int changes)
    {
        lock (_lock)
        {
            foreach (var signal in _prompt) signal.Set();
            if (_patient.Count <= Few)
            {
                foreach (var signal in _patient) signal.Set();
                return;
            }

            _changes += changes;
            if (_isWaking) return;
            _isWaking = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static group => _ = group.WakeManyAsync(), this, preferLocal: false);
    }

    // Never throws: what it wakes does not.
    private async Task WakeManyAsync()
    {
        do
        {
            var (signals, changes) = TakePatient();
            var began = time.GetTimestamp();
            Parallel.ForEach(signals, AtATime, static signal => signal.SetAndRun());
            var took = time.GetElapsedTime(began);

            changes += Volatile.Read(ref _changes);
            if (FollowsAnother(began)) await Task.Delay(Pause(took, changes), time, CancellationToken.None);
            _wokeAt = time.GetTimestamp();
        }
        while (!TryStop());
    }

    // Who wrote once, however much, does not go on: what somebody writes a little later need not wait for it.
    private bool FollowsAnother(long began) => _wokeAt is { } before && time.GetElapsedTime(before, began) < LongestPause;

    private static TimeSpan Pause(TimeSpan took, long changes)
    {
        var pause = took * Math.Min(changes - 1, MostOfWriters);
        return pause < LongestPause ? pause : LongestPause;
    }

    private (AsyncSignal[] Signals, long Changes) TakePatient()
    {
        lock (_lock)
        {
            var changes = _changes;
            _changes = 0;
            return ([.. _patient], changes);
        }
    }

    private bool TryStop()
    {
        lock (_lock)
        {
            _isWaking = _changes > 0;
            return !_isWaking;
        }
    }
}
