namespace Subscriptions.Client;

/// <summary>An expected revision did not hold; the request changed nothing. Read the document, decide again, write again.</summary>
public sealed class RevisionConflictException : SubscriptionsException
{
    internal RevisionConflictException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The index, from 0, of the operation whose expectation failed.</summary>
    public int OperationIndex => Details.Number("operation") ?? 0;

    /// <summary>The document; empty when the server did not say.</summary>
    public string Id => Details.Text("id");

    /// <summary>The revision that the document has; <see langword="null"/> when the document does not exist.</summary>
    public string? CurrentRevision => Details.Text("current_revision") is { Length: > 0 } revision ? revision : null;
}
