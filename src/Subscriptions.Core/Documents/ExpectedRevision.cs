namespace Subscriptions.Core.Documents;

/// <summary>A write's condition on the document's current revision.</summary>
public readonly record struct ExpectedRevision
{
    private readonly Condition _condition;
    private readonly Revision _revision;

    private ExpectedRevision(Condition condition, Revision revision)
    {
        _condition = condition;
        _revision = revision;
    }

    private enum Condition
    {
        Any = 0,
        Absent = 1,
        Exactly = 2,
        Newest = 3,
    }

    /// <summary>No condition.</summary>
    public static ExpectedRevision Any => default;

    /// <summary>The document must not exist (never written, deleted or expired).</summary>
    public static ExpectedRevision Absent => new(Condition.Absent, default);

    /// <summary>The document must exist with exactly this revision.</summary>
    public static ExpectedRevision Exactly(Revision revision) => new(Condition.Exactly, revision);

    /// <summary>
    /// The document's newest version must have exactly this revision, whether it is a tombstone or not: who knows of a deletion may write over it
    /// by naming it.
    /// </summary>
    public static ExpectedRevision Newest(Revision revision) => new(Condition.Newest, revision);

    /// <summary>Whether a document meets the condition.</summary>
    /// <param name="newest">The revision of its newest version; null: it was never written, or its tombstone was purged.</param>
    /// <param name="isTombstone">Whether that version is a tombstone.</param>
    public bool IsMetBy(Revision? newest, bool isTombstone = false) => _condition switch
    {
        Condition.Any => true,
        Condition.Absent => newest is null || isTombstone,
        Condition.Exactly => newest == _revision && !isTombstone,
        _ => newest == _revision,
    };
}
