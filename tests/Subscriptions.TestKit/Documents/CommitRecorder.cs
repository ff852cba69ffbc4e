using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>An observer that keeps what it was told. Thread-safe.</summary>
public sealed class CommitRecorder : ICommitObserver
{
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyList<CommittedChange>> _commits = [];

    /// <summary>Called after each commit was kept, on the store's writer.</summary>
    public Action? Committed { get; set; }

    /// <summary>What each call brought.</summary>
    public IReadOnlyList<IReadOnlyList<CommittedChange>> Commits
    {
        get
        {
            lock (_lock) return [.. _commits];
        }
    }

    /// <summary>All changes, in order.</summary>
    public IReadOnlyList<CommittedChange> Changes => [.. Commits.SelectMany(c => c)];

    /// <inheritdoc />
    public void OnCommitted(IReadOnlyList<CommittedChange> changes)
    {
        // A copy: the store may use its list again.
        lock (_lock) _commits.Add([.. changes]);
        Committed?.Invoke();
    }
}
