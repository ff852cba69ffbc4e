using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>How much a read may return. The first change is returned however large it is.</summary>
/// <param name="MaxCount">The most changes, at least 1.</param>
/// <param name="MaxBytes">The most bytes by <see cref="Change.Size"/>.</param>
public readonly record struct ReadLimits(int MaxCount, long MaxBytes);

/// <summary>A run of one partition's changes.</summary>
/// <param name="Changes">By increasing seqno; superseded versions are left out.</param>
/// <param name="LastSeqno">
/// Everything up to here was looked at: the last change's seqno when a limit ended the page, else <paramref name="SnapshotEnd"/>.
/// </param>
/// <param name="SnapshotEnd">
/// The partition's newest seqno in the snapshot that was read. Versions at or below it may be missing because newer ones, also at or below
/// it, replaced them; so the page is a consistent picture only together with all up to this seqno.
/// </param>
public readonly record struct ChangePage(IReadOnlyList<Change> Changes, long LastSeqno, long SnapshotEnd)
{
    /// <summary>True when nothing newer existed in the snapshot that was read.</summary>
    public bool IsComplete => LastSeqno == SnapshotEnd;

    /// <summary>Whether it comes from the newest changes, which are kept in memory, and not from the store.</summary>
    public bool IsFromMemory { get; init; }
}
