namespace Subscriptions.Core.Documents;

/// <summary>
/// A document beside the log: in no feed, in no count, without history, and never expiring. Replicators keep their checkpoints in such documents. Immutable.
/// </summary>
/// <param name="Id">Its id, among local documents.</param>
/// <param name="Version">How many times it was written since it last did not exist, from 1. As a revision in CouchDB's way: <c>0-Version</c>.</param>
/// <param name="Content">One JSON object in UTF-8, exactly as it was written.</param>
public sealed record LocalDocument(string Id, long Version, ReadOnlyMemory<byte> Content)
{
    /// <summary>
    /// The most local documents of a database: far more than replicators need, which have one each. Without a limit they would be a place to fill
    /// that no count shows.
    /// </summary>
    public const int MaxCount = 100_000;
}

/// <summary>What a write of a local document came to.</summary>
public abstract record LocalWriteResult
{
    private LocalWriteResult()
    {
    }

    /// <summary>It is durable.</summary>
    /// <param name="Version">The document's version; 0: it was deleted.</param>
    public sealed record Committed(long Version) : LocalWriteResult;

    /// <summary>The expected version is not the current one. Nothing was changed.</summary>
    /// <param name="Current">The current version; 0: the document does not exist.</param>
    public sealed record Conflict(long Current) : LocalWriteResult;

    /// <summary>There are <see cref="LocalDocument.MaxCount"/> local documents, and this would be one more. Nothing was changed.</summary>
    public sealed record TooMany : LocalWriteResult;
}
