namespace Subscriptions.Core.Documents;

/// <summary>What a write request came to: everything, durable, or nothing.</summary>
public abstract record WriteResult
{
    private WriteResult()
    {
    }

    /// <summary>Every operation was carried out and is durable.</summary>
    /// <param name="Outcomes">One for each operation, in the request's order.</param>
    public sealed record Committed(IReadOnlyList<WriteOutcome> Outcomes) : WriteResult;

    /// <summary>An expected revision did not hold. Nothing was changed.</summary>
    /// <param name="Index">The first operation at fault, from 0.</param>
    /// <param name="Id">Its document.</param>
    /// <param name="Current">The document's current revision; null when it does not exist.</param>
    public sealed record Conflict(int Index, string Id, Revision? Current) : WriteResult;
}

/// <summary>What one operation of a committed request did.</summary>
/// <param name="Id">The document.</param>
/// <param name="Partition">The partition it lives in.</param>
/// <param name="Seqno">
/// The change's seqno; 0 when nothing changed: a delete or touch of a document that does not exist, or a version made elsewhere that is known already.
/// </param>
/// <param name="Revision">The document's revision now; default when nothing changed.</param>
public readonly record struct WriteOutcome(string Id, int Partition, long Seqno, Revision Revision)
{
    /// <summary>Whether there was anything to change.</summary>
    public bool Changed => Seqno > 0;
}
