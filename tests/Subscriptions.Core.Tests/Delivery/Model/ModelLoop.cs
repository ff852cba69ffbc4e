namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>
/// Runs everything that an engine does on one thread, one continuation at a time, in an order that a seed decides: any order in which a
/// thread pool could have run them, and always the same for the same seed.
/// </summary>
internal sealed class ModelLoop : SynchronizationContext
{
    private const int MostSteps = 200_000;

    private readonly List<(SendOrPostCallback Callback, object? State)> _posted = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public bool IsIdle => _posted.Count == 0;

    /// <inheritdoc />
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("Something of the engine ran on a thread of its own: the run could not be repeated.");
        _posted.Add((d, state));
    }

    /// <inheritdoc />
    public override void Send(SendOrPostCallback d, object? state) => throw new InvalidOperationException("Nothing of the engine waits for a thread.");

    /// <summary>Runs one continuation, whichever the random number means.</summary>
    public void RunOne(Random random)
    {
        var at = random.Next(_posted.Count);
        var (callback, state) = _posted[at];
        _posted.RemoveAt(at);
        callback(state);
    }

    /// <summary>Runs until nothing is left to do before time passes or somebody says something.</summary>
    public void RunUntilIdle(Random random)
    {
        for (var step = 0; !IsIdle; step++)
        {
            if (step > MostSteps) throw new InvalidOperationException("The engine does not come to rest.");
            RunOne(random);
        }
    }

    /// <summary>Runs, beside all that goes on, until a task is over.</summary>
    public void Complete(Task task, Random random)
    {
        for (var step = 0; !task.IsCompleted; step++)
        {
            if (IsIdle || step > MostSteps) throw new InvalidOperationException("A call does not come to its end.");
            RunOne(random);
        }

        task.GetAwaiter().GetResult();
    }
}
