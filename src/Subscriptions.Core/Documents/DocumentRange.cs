namespace Subscriptions.Core.Documents;

/// <summary>
/// Which documents to list: by id, in the byte order of UTF-8, from a start to an end. Reads downwards when <see cref="IsDescending"/>; then the start is
/// above the end. A range whose end lies before its start is empty. Immutable.
/// </summary>
public sealed record DocumentRange
{
    /// <summary>Where to begin; null: at the first id in the direction of reading. Need not be a document's id, nor be able to be one.</summary>
    public string? StartId { get; init; }

    /// <summary>Whether the document <see cref="StartId"/> itself is listed.</summary>
    public bool IsStartIncluded { get; init; } = true;

    /// <summary>Where to end; null: at the last id in the direction of reading. Need not be a document's id, nor be able to be one.</summary>
    public string? EndId { get; init; }

    /// <summary>Whether the document <see cref="EndId"/> itself is listed.</summary>
    public bool IsEndIncluded { get; init; } = true;

    /// <summary>Whether to read from high ids to low ones.</summary>
    public bool IsDescending { get; init; }

    /// <summary>How many documents to leave out at the beginning, at least 0. Each is passed one by one.</summary>
    public long Skip { get; init; }

    /// <summary>The most documents, at least 1.</summary>
    public int MaxCount { get; init; } = int.MaxValue;

    /// <summary>The most bytes by <see cref="ListedDocument.Size"/>; the first document is listed however large it is.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Whether the documents' contents are wanted. If not they are not read, which costs a small part.</summary>
    public bool WithContent { get; init; }
}

/// <summary>A run of documents by id.</summary>
/// <param name="Documents">In the order of reading; tombstones are left out.</param>
/// <param name="IsComplete">False when a limit ended the page: more may follow after its last document.</param>
public readonly record struct DocumentPage(IReadOnlyList<ListedDocument> Documents, bool IsComplete);

/// <summary>A document of a list. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Document">Its newest version; null when contents were not asked for.</param>
public readonly record struct ListedDocument(string Id, Revision Revision, Change? Document)
{
    /// <summary>What it counts for against byte limits, in bytes.</summary>
    public int Size => Document?.Size ?? Id.Length + SizeOfTheRest;

    private const int SizeOfTheRest = 64;
}
