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
    }

    /// <summary>No condition.</summary>
    public static ExpectedRevision Any => default;

    /// <summary>The document must not exist (never written, deleted or expired).</summary>
    public static ExpectedRevision Absent => new(Condition.Absent, default);

    /// <summary>The document must exist with exactly this revision.</summary>
    public static ExpectedRevision Exactly(Revision revision) => new(Condition.Exactly, revision);

    /// <summary>Whether a document whose current revision is <paramref name="current"/> (null: it does not exist) meets the condition.</summary>
    public bool IsMetBy(Revision? current) => _condition switch
    {
        Condition.Any => true,
        Condition.Absent => current is null,
        _ => current == _revision,
    };
}
