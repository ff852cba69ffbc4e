namespace Subscriptions.Core.Databases;

/// <summary>What was written to a database since the server started. Counted once a request. Thread-safe.</summary>
public sealed class WriteFigures
{
    private long _requests;
    private long _operations;
    private long _conflicts;

    /// <summary>Requests that were carried out.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>The operations in them that were carried out.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>
    /// Requests of which nothing was done because an expected revision did not hold, and those whose operations stand each for itself of which one or
    /// more were left out for that reason.
    /// </summary>
    public long Conflicts => Volatile.Read(ref _conflicts);

    internal void Committed(int operations)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _operations, operations);
    }

    internal void Conflicted() => Interlocked.Increment(ref _conflicts);
}
