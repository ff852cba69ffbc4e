using Subscriptions.Core.Documents;

namespace Subscriptions.CrashDriver;

/// <summary>For scenarios in which nobody reads.</summary>
public sealed class IgnoringObserver : ICommitObserver
{
    public void OnCommitted(IReadOnlyList<CommittedChange> changes)
    {
        // What is written is read back by the test.
    }
}
