using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Databases;

public sealed partial class Database
{
    private readonly Turnstile _settingRevisions = new();

    /// <summary>Says whether a collection keeps older versions of its documents, and how many; durable on return. Idempotent.</summary>
    /// <param name="collection">The collection, or <see cref="RevisionSettings.AllDocuments"/> for all that have no settings of their own.</param>
    /// <param name="revisions">The settings; null takes the collection's own away.</param>
    /// <param name="cancellationToken">Gives up waiting; the settings may have been changed.</param>
    /// <exception cref="Validation.InvalidInputException">A value is outside its limits; nothing was changed.</exception>
    public async ValueTask SetRevisionsAsync(string collection, CollectionRevisions? revisions, CancellationToken cancellationToken)
    {
        RevisionLimits.Check(collection, revisions, "revisions");
        using var turn = await _settingRevisions.EnterAsync(cancellationToken);
        var current = Info.Settings.Revisions;
        var next = current.With(collection, revisions);
        if (next.Equals(current)) return;

        RevisionLimits.CheckCount(next, "revisions");
        await _store.SetRevisionsAsync(next, cancellationToken);
    }

    /// <summary>Checks that a subscription to revisions can have any.</summary>
    /// <param name="collection">The collection that it reads; null: all.</param>
    /// <exception cref="EngineException">REVISIONS_NOT_CONFIGURED: the collection keeps none.</exception>
    public void RequireRevisions(string? collection) => RevisionsRequired.Check(Info.Name, Feed, collection);

    /// <summary>A version of a document: the newest, or an older one that is kept.</summary>
    /// <exception cref="EngineException">DOCUMENT_NOT_FOUND when there is no such version, or it is a deletion or expiry.</exception>
    public async ValueTask<Change> GetDocumentAsync(string id, Revision revision, CancellationToken cancellationToken) =>
        await FindVersionAsync(id, revision, cancellationToken) is { IsTombstone: false } version ? version : throw NoVersion(id, revision);

    /// <summary>A version of a document, tombstones included: the newest, or an older one that is kept.</summary>
    /// <returns>Null when there is none.</returns>
    public async ValueTask<Change?> FindVersionAsync(string id, Revision revision, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckId(id, "id");
        var newest = await _store.GetAsync(id, cancellationToken);
        return newest?.Revision == revision ? newest : await _store.GetRevisionAsync(id, revision, cancellationToken);
    }

    /// <summary>The kept versions of a document, the newest first.</summary>
    /// <param name="id">The document.</param>
    /// <param name="beforeSeqno">Exclusive; 0 begins with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public ValueTask<IReadOnlyList<RevisionInfo>> ListRevisionsAsync(
        string id, long beforeSeqno, int maxCount, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckId(id, "id");
        return _store.ListRevisionsAsync(id, beforeSeqno == 0 ? long.MaxValue : beforeSeqno, maxCount, cancellationToken);
    }

    internal async Task TrimRevisionsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        const int Slice = 1000;
        while (await _store.TrimRevisionsAsync(now, Slice, cancellationToken) == Slice)
        {
            // More may be due.
        }
    }

    private EngineException NoVersion(string id, Revision revision) => new(
        ErrorCode.DocumentNotFound,
        $"Database '{Info.Name}' keeps no version {revision} of document '{id}' with a content.",
        ("database", Info.Name.Value),
        ("id", id),
        ("revision", revision.ToString()));
}
