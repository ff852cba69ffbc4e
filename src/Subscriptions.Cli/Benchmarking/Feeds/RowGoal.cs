namespace Subscriptions.Cli.Benchmarking.Feeds;

/// <summary>Reached when each of some listeners has a number of rows. One task for all: a task for each would cost more than reading does. Thread-safe.</summary>
internal sealed class RowGoal
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;

    /// <param name="rows">How many rows each of them needs.</param>
    /// <param name="listeners">How many listeners; none have reached it.</param>
    public RowGoal(long rows, int listeners)
    {
        Rows = rows;
        _missing = listeners;
        if (listeners == 0) _all.SetResult();
    }

    /// <summary>How many rows each of them needs.</summary>
    public long Rows { get; }

    /// <summary>Completes when all have them.</summary>
    public Task Task => _all.Task;

    /// <summary>One more has them.</summary>
    public void Reached()
    {
        if (Interlocked.Decrement(ref _missing) == 0) _all.TrySetResult();
    }
}
