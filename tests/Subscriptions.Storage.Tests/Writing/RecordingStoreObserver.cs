using System.Collections.Concurrent;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Tests.Writing;

/// <summary>Keeps what it hears.</summary>
internal sealed class RecordingStoreObserver : IStoreObserver
{
    private int _queued;

    /// <summary>How many requests wait.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>The longest waits of groups.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    /// <summary>The transactions.</summary>
    public ConcurrentQueue<(int Requests, int Operations, TimeSpan Duration)> Commits { get; } = new();

    /// <summary>The faults.</summary>
    public ConcurrentQueue<StoreFault> Faults { get; } = new();

    public void OnQueueChanged(int by) => Interlocked.Add(ref _queued, by);

    public void OnTaken(TimeSpan longestWait) => Waits.Enqueue(longestWait);

    public void OnCommitted(int requests, int operations, TimeSpan duration) => Commits.Enqueue((requests, operations, duration));

    public void OnFault(StoreFault fault) => Faults.Enqueue(fault);
}
