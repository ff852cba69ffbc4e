using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Databases;

public sealed partial class Database
{
    /// <summary>The revisions of a document, tombstones included; see <see cref="IDocumentStore.GetHistoryAsync"/>.</summary>
    /// <returns>Null when the document was never written, or its tombstone was purged.</returns>
    public ValueTask<RevisionHistory?> GetHistoryAsync(string id, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckId(id, "id");
        return _store.GetHistoryAsync(id, cancellationToken);
    }

    /// <summary>The newest version of a document, tombstones included.</summary>
    /// <returns>Null when the document was never written, or its tombstone was purged.</returns>
    public ValueTask<Change?> FindDocumentAsync(string id, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckId(id, "id");
        return _store.GetAsync(id, cancellationToken);
    }

    /// <summary>The documents of a range of ids, by id.</summary>
    /// <exception cref="Validation.InvalidInputException">The range's numbers are outside their limits.</exception>
    public ValueTask<DocumentPage> ListDocumentsAsync(DocumentRange range, CancellationToken cancellationToken)
    {
        CheckLeast("skip", range.Skip, 0);
        CheckLeast("limit", range.MaxCount, 1);
        return _store.ListDocumentsAsync(range, cancellationToken);
    }

    /// <summary>A local document: one beside the log.</summary>
    /// <returns>Null when it does not exist.</returns>
    public ValueTask<LocalDocument?> GetLocalAsync(string id, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckLocal(id, null, Info.Settings.MaxDocumentBytes);
        return _store.GetLocalAsync(id, cancellationToken);
    }

    /// <summary>Creates or replaces a local document; durable on return.</summary>
    /// <param name="id">Its id, without a prefix.</param>
    /// <param name="content">One JSON object in UTF-8.</param>
    /// <param name="expectedVersion">The current version; 0: it does not exist.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <returns>The document's version now, from 1.</returns>
    /// <exception cref="EngineException">REVISION_CONFLICT, LIMIT_EXCEEDED.</exception>
    public ValueTask<long> WriteLocalAsync(
        string id, ReadOnlyMemory<byte> content, long expectedVersion, CancellationToken cancellationToken) =>
        CommitLocalAsync(id, content, expectedVersion, cancellationToken);

    /// <summary>Deletes a local document; durable on return.</summary>
    /// <param name="id">Its id, without a prefix.</param>
    /// <param name="expectedVersion">The current version.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <exception cref="EngineException">DOCUMENT_NOT_FOUND, REVISION_CONFLICT.</exception>
    public async ValueTask DeleteLocalAsync(string id, long expectedVersion, CancellationToken cancellationToken)
    {
        if (await GetLocalAsync(id, cancellationToken) is null) throw NotFound(id);
        await CommitLocalAsync(id, content: null, expectedVersion, cancellationToken);
    }

    private async ValueTask<long> CommitLocalAsync(
        string id, ReadOnlyMemory<byte>? content, long expectedVersion, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckLocal(id, content, Info.Settings.MaxDocumentBytes);
        CheckLeast("expected_version", expectedVersion, 0);
        return await _store.WriteLocalAsync(id, content, expectedVersion, cancellationToken) switch
        {
            LocalWriteResult.Committed(var version) => version,
            LocalWriteResult.Conflict(var current) => throw LocalConflict(id, current),
            LocalWriteResult.TooMany => throw TooManyLocal(),
            var other => throw new InvalidOperationException($"Unknown result {other}."),
        };
    }

    private static void CheckLeast(string field, long value, long least)
    {
        if (value >= least) return;
        throw new Validation.InvalidInputException(field, value.ToString(CultureInfo.InvariantCulture), $"is below {least}");
    }

    private static EngineException LocalConflict(string id, long current) => new(
        ErrorCode.RevisionConflict,
        current == 0
            ? $"Local document '{id}' does not exist, so it has not the expected revision."
            : $"Local document '{id}' is at revision 0-{current}, which is not what was expected.",
        ("id", id),
        ("current_revision", current == 0 ? "" : $"0-{current.ToString(CultureInfo.InvariantCulture)}"));

    private EngineException TooManyLocal() => new(
        ErrorCode.LimitExceeded,
        $"Database '{Info.Name}' has {LocalDocument.MaxCount} local documents, the most that it may have; delete those that no replicator needs.",
        ("database", Info.Name.Value),
        ("limit", LocalDocument.MaxCount.ToString(CultureInfo.InvariantCulture)));
}
