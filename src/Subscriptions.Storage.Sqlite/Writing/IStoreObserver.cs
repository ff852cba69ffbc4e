using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>
/// Hears how the stores' files are doing: what waits for a writer, what was synced, what failed. One observer may serve many files. Called on
/// writers' and callers' threads, a few times a transaction and never for a single document; must be thread-safe and short, and must not throw.
/// </summary>
public interface IStoreObserver
{
    /// <summary>Requests began to wait for a writer, or (below zero) wait no more.</summary>
    void OnQueueChanged(int by);

    /// <summary>A writer turned to a group of requests.</summary>
    /// <param name="longestWait">How long the one that came first had waited.</param>
    void OnTaken(TimeSpan longestWait);

    /// <summary>A transaction is durable. Not called for one in which nobody had anything to do.</summary>
    /// <param name="requests">How many requests shared it, at least 1.</param>
    /// <param name="operations">How many operations they had together.</param>
    /// <param name="duration">From its beginning until it was synced.</param>
    void OnCommitted(int requests, int operations, TimeSpan duration);

    /// <summary>A read, a transaction or the upkeep of a file failed for reasons that are not a caller's.</summary>
    void OnFault(StoreFault fault);
}
