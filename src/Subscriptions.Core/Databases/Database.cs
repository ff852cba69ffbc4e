using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Databases;

/// <summary>An open database: its documents, its log and its subscriptions. Thread-safe.</summary>
public sealed partial class Database : IAsyncDisposable
{
    private readonly IDocumentStore _store;

    internal Database(IDocumentStore store, ChangeFeed feed, SubscriptionRegistry subscriptions)
    {
        _store = store;
        Feed = feed;
        Subscriptions = subscriptions;
    }

    /// <summary>Name, partitions and settings.</summary>
    public DatabaseInfo Info => _store.Info;

    /// <summary>The log.</summary>
    public ChangeFeed Feed { get; }

    /// <summary>The subscriptions.</summary>
    public SubscriptionRegistry Subscriptions { get; }

    /// <summary>What was written.</summary>
    public WriteFigures Writes { get; } = new();

    /// <summary>Figures.</summary>
    public ValueTask<DocumentStatistics> GetStatisticsAsync(CancellationToken cancellationToken) => _store.GetStatisticsAsync(cancellationToken);

    /// <summary>Carries out all operations or none; durable on return.</summary>
    /// <param name="operations">At least one.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <returns>One outcome for each operation.</returns>
    /// <exception cref="Validation.InvalidInputException">An operation is outside its limits; nothing was changed.</exception>
    /// <exception cref="EngineException">REVISION_CONFLICT; nothing was changed.</exception>
    public async ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken)
    {
        if (operations.Count == 0) throw new Validation.InvalidInputException("operations", "", "is empty; a write has at least one operation");
        for (var i = 0; i < operations.Count; i++) DocumentLimits.Check(operations[i], Info.Settings.MaxDocumentBytes, $"operations[{i}]");

        switch (await _store.WriteAsync(operations, cancellationToken))
        {
            case WriteResult.Committed(var outcomes):
                Writes.Committed(operations.Count);
                return outcomes;
            case WriteResult.Conflict(var index, var id, var current):
                Writes.Conflicted();
                throw Conflict(index, id, current);
            case var other:
                throw new InvalidOperationException($"Unknown result {other}.");
        }
    }

    /// <summary>
    /// Carries out each operation for itself, in order: one that is invalid or whose condition does not hold is left out, and all others happen, in one
    /// transaction. Durable on return.
    /// </summary>
    /// <param name="operations">At least one.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <returns>One outcome for each operation, in their order.</returns>
    /// <exception cref="Validation.InvalidInputException">There are no operations.</exception>
    public async ValueTask<IReadOnlyList<WriteEachOutcome>> WriteEachAsync(
        IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken)
    {
        if (operations.Count == 0) throw new Validation.InvalidInputException("operations", "", "is empty; a write has at least one operation");

        var outcomes = new WriteEachOutcome?[operations.Count];
        var valid = new List<DocumentWrite>(operations.Count);
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Check(operations[i], i);
            if (outcomes[i] is null) valid.Add(operations[i]);
        }

        if (valid.Count > 0) Merge(await _store.WriteEachAsync(valid, cancellationToken), outcomes);
        return outcomes!;
    }

    /// <summary>The newest version of a document.</summary>
    /// <exception cref="EngineException">DOCUMENT_NOT_FOUND when it was never written, deleted or expired.</exception>
    public async ValueTask<Change> GetDocumentAsync(string id, CancellationToken cancellationToken)
    {
        DocumentLimits.CheckId(id, "id");
        return await _store.GetAsync(id, cancellationToken) is { IsTombstone: false } document ? document : throw NotFound(id);
    }

    /// <summary>Deletes a document; durable on return.</summary>
    /// <exception cref="EngineException">DOCUMENT_NOT_FOUND, REVISION_CONFLICT.</exception>
    public ValueTask<WriteOutcome> DeleteDocumentAsync(string id, ExpectedRevision expected, CancellationToken cancellationToken) =>
        DeleteDocumentAsync(id, expected, origin: null, cancellationToken);

    /// <summary>Deletes a document in a trace; durable on return.</summary>
    /// <exception cref="EngineException">DOCUMENT_NOT_FOUND, REVISION_CONFLICT.</exception>
    public async ValueTask<WriteOutcome> DeleteDocumentAsync(
        string id, ExpectedRevision expected, TraceOrigin? origin, CancellationToken cancellationToken)
    {
        var delete = new DocumentWrite { Kind = WriteKind.Delete, Id = id, Expected = expected, Origin = origin };
        var outcomes = await WriteAsync([delete], cancellationToken);
        return outcomes[0].Changed ? outcomes[0] : throw NotFound(id);
    }

    /// <summary>Copies the database as it is at one moment, while it goes on to be read and written; see <see cref="IDocumentStore.BackUpAsync"/>.</summary>
    public ValueTask<Stream> BackUpAsync(CancellationToken cancellationToken) => _store.BackUpAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    internal async Task ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        const int Slice = 1000;
        while (await _store.ExpireAsync(now, Slice, cancellationToken) == Slice)
        {
            // More may be due.
        }
    }

    // In each partition from the lowest seqno on, whatever the collections: what is purged later is above what was purged before, which is how a reader that
    // has seen a purge is told from one that has not.
    internal async Task PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = Info.Settings;
        var before = now - settings.TombstoneRetention;
        if (settings.PurgeHold > TimeSpan.Zero)
        {
            await PurgeAsync(before - settings.PurgeHold, upTo: null, cancellationToken);
            await PurgeAsync(before, Subscriptions.ListDeletionsTaken(), cancellationToken);
        }
        else
        {
            await PurgeAsync(before, upTo: null, cancellationToken);
        }
    }

    private async Task PurgeAsync(DateTimeOffset before, IReadOnlyList<long>? upTo, CancellationToken cancellationToken)
    {
        const int Slice = 1000;
        while (await _store.PurgeTombstonesAsync(before, upTo, Slice, cancellationToken) == Slice)
        {
            // More may be due.
        }
    }

    private WriteEachOutcome.Invalid? Check(DocumentWrite operation, int index)
    {
        try
        {
            DocumentLimits.Check(operation, Info.Settings.MaxDocumentBytes, $"operations[{index}]");
            return null;
        }
        catch (Validation.InvalidInputException e)
        {
            return new WriteEachOutcome.Invalid(operation.Id, e);
        }
    }

    // What the store says of the valid operations goes to where no outcome stands yet.
    private void Merge(IReadOnlyList<WriteEachOutcome> stored, WriteEachOutcome?[] outcomes)
    {
        var (next, done) = (0, 0);
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] ??= stored[next++];
            if (outcomes[i] is WriteEachOutcome.Done) done++;
        }

        if (done > 0) Writes.Committed(done);
        if (done < stored.Count) Writes.Conflicted();
    }

    private EngineException NotFound(string id) => new(
        ErrorCode.DocumentNotFound, $"Database '{Info.Name}' has no document '{id}'.", ("database", Info.Name.Value), ("id", id));

    private static EngineException Conflict(int index, string id, Revision? current) => new(
        ErrorCode.RevisionConflict,
        current is null
            ? $"operations[{index}]: document '{id}' does not exist, so it has not the expected revision."
            : $"operations[{index}]: document '{id}' is at revision {current}, which is not what was expected.",
        ("operation", index.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("id", id),
        ("current_revision", current?.ToString() ?? ""));
}
