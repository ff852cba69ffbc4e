using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Turns documents of clients into writes, and what became of them into CouchDB's words.</summary>
internal static class DocumentWrites
{
    /// <summary>The write that a document asks for.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="document">What the client sent.</param>
    /// <param name="revision">The revision that it names; null: none, and so the document must not exist.</param>
    /// <param name="request">The request that it came with.</param>
    /// <exception cref="CouchException">It cannot be written.</exception>
    public static DocumentWrite ToWrite(Database database, string id, IncomingDocument document, Revision? revision, CouchRequest request) =>
        Create(database, id, document, request) with { Expected = Expect(document.IsDeleted, revision) };

    /// <summary>The write that brings a version that was made elsewhere, with the revision that it got there (<c>new_edits=false</c>).</summary>
    /// <exception cref="CouchException">It cannot be written, or does not say which revision it is.</exception>
    public static DocumentWrite ToReplica(Database database, string id, IncomingDocument document, CouchRequest request) =>
        Create(database, id, document, request) with { History = ReplicaHistory.Of(document) };

    /// <summary>Carries out one write.</summary>
    /// <returns>The document's revision; of a version made elsewhere its own, whether it was known already or not.</returns>
    /// <exception cref="CouchException">It was refused.</exception>
    public static async Task<Revision> WriteAsync(this Database database, DocumentWrite write, CancellationToken cancellationToken)
    {
        var outcomes = await database.WriteEachAsync([write], cancellationToken);
        return Refusal(write, outcomes[0]) is { } refusal ? throw refusal : RevisionOf(write, outcomes[0]);
    }

    /// <summary>The revision that a write that was carried out led to.</summary>
    public static Revision RevisionOf(DocumentWrite write, WriteEachOutcome outcome) =>
        write.History?.Revision ?? ((WriteEachOutcome.Done)outcome).Outcome.Revision;

    /// <summary>Why a write was refused; null when it was not.</summary>
    public static CouchException? Refusal(DocumentWrite write, WriteEachOutcome outcome) => outcome switch
    {
        WriteEachOutcome.Conflict when write.History is not null => Parted,
        WriteEachOutcome.Conflict => CouchException.Conflict(),
        WriteEachOutcome.Invalid(_, var error) => Refusal(error),
        WriteEachOutcome.Done({ Changed: false }) when write.History is null => CouchException.NotFound("missing"),
        _ => null,
    };

    // Not a conflict: over one, PouchDB gives up its whole replication, and comes again and again when it is live. What is forbidden it tells
    // the application as 'denied', and goes on with the other documents.
    private static CouchException Parted => new(
        StatusCodes.Status403Forbidden,
        "forbidden",
        "This server keeps one branch of revisions of a document, and the version does not extend it.");

    private static DocumentWrite Create(Database database, string id, IncomingDocument document, CouchRequest request)
    {
        DocumentId.Check(id);
        DesignDocument.Check(id, document);
        CheckSize(database, id, document);
        return new DocumentWrite
        {
            Kind = document.IsDeleted ? WriteKind.Delete : WriteKind.Put,
            Id = id,
            Collection = request.Query["collection"],
            Content = document.IsDeleted ? default : document.Content,
            Origin = TraceOrigin.Of(request.Header("traceparent")),
        };
    }

    // The message begins with where the operation stands in the engine's request.
    private static CouchException Refusal(InvalidInputException error)
    {
        var dot = error.Message.IndexOf("].", StringComparison.Ordinal);
        return CouchException.BadRequest(dot < 0 ? error.Message : error.Message[(dot + 2)..]);
    }

    // Whoever names a revision may write over a deletion, and may not delete again what is deleted.
    private static ExpectedRevision Expect(bool isDeletion, Revision? revision)
    {
        if (revision is not { } expected) return ExpectedRevision.Absent;
        return isDeletion ? ExpectedRevision.Exactly(expected) : ExpectedRevision.Newest(expected);
    }

    private static void CheckSize(Database database, string id, IncomingDocument document)
    {
        var limit = database.Info.Settings.MaxDocumentBytes;
        if (document.IsDeleted || document.Content.Length <= limit) return;
        throw new CouchException(
            StatusCodes.Status413PayloadTooLarge,
            "document_too_large",
            $"Document '{id}' has {document.Content.Length} bytes; the database's limit (max_document_bytes) is {limit}.");
    }
}
