using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>A run of one partition's changes from new to old.</summary>
/// <param name="Changes">By decreasing seqno; superseded versions are left out.</param>
/// <param name="FirstSeqno">
/// Everything from here on was looked at: the last change's seqno when a limit ended the page, where the next page begins below; else 0. A document that
/// changes between two pages moves out of the second and is in neither.
/// </param>
/// <param name="SnapshotEnd">The partition's newest seqno in the snapshot that was read.</param>
public readonly record struct BackwardPage(IReadOnlyList<Change> Changes, long FirstSeqno, long SnapshotEnd)
{
    /// <summary>True when there was nothing older.</summary>
    public bool IsComplete => FirstSeqno == 0;
}
