using System.Runtime.CompilerServices;
using System.Text.Json;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// Reads and writes documents. Thread-safe. Writes are durable when they return. Every method throws <see cref="SubscriptionsException"/>
/// or a type below it when the server refuses, and <see cref="ServerUnavailableException"/> when it cannot be reached; the outcome of a
/// write that failed so is unknown.
/// </summary>
public sealed class DocumentsClient
{
    private readonly UnaryCaller _caller;
    private readonly int _maxMessageBytes;
    private readonly ClientTelemetry _telemetry;
    private readonly V1.DocumentService.DocumentServiceClient _stub;

    internal DocumentsClient(UnaryCaller caller, int maxMessageBytes, ClientTelemetry telemetry)
    {
        _caller = caller;
        _maxMessageBytes = maxMessageBytes;
        _telemetry = telemetry;
        _stub = new V1.DocumentService.DocumentServiceClient(caller.Invoker);
    }

    /// <summary>Carries out many operations, all or none, in order.</summary>
    /// <param name="database">The database.</param>
    /// <param name="operations">At least one; together at most 4 MiB. For more, see <see cref="OpenBulkWriter"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the outcome is then unknown.</param>
    /// <returns>One result for each operation, in order.</returns>
    /// <exception cref="RevisionConflictException">An expectation did not hold; nothing was changed.</exception>
    public async Task<IReadOnlyList<WriteResult>> WriteAsync(
        string database,
        IEnumerable<DocumentOperation> operations,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(operations);
        var request = new V1.WriteRequest { Database = database };
        request.Operations.AddRange(operations.Select(Mapping.ToWire));

        using var send = _telemetry.Begin(ClientOperation.Send, database, request.Operations.Count);
        try
        {
            var response = await _caller.CallAsync(_stub.WriteAsync, request, send.TraceParent, cancellationToken).ConfigureAwait(false);
            return [.. response.Outcomes.Select(Mapping.FromWire)];
        }
        catch (Exception e)
        {
            send.Fail(e);
            throw;
        }
    }

    /// <summary>Carries out one operation.</summary>
    /// <inheritdoc cref="WriteAsync(string, IEnumerable{DocumentOperation}, CancellationToken)"/>
    /// <returns>What it did.</returns>
    public async Task<WriteResult> WriteAsync(string database, DocumentOperation operation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var results = await WriteAsync(database, [operation], cancellationToken).ConfigureAwait(false);
        return results.Count > 0 ? results[0] : default;
    }

    /// <summary>Creates a document or replaces it, whatever is there. For expectations and expiry, see <see cref="DocumentOperation"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="document">What becomes one JSON object.</param>
    /// <param name="collection">The collection; <see langword="null"/>: the server's default, <c>@empty</c>.</param>
    /// <param name="json">How; <see langword="null"/>: the defaults of System.Text.Json.</param>
    /// <param name="cancellationToken">Stops waiting; the outcome is then unknown.</param>
    public Task<WriteResult> PutAsync<T>(
        string database,
        string id,
        T document,
        string? collection = null,
        JsonSerializerOptions? json = null,
        CancellationToken cancellationToken = default) =>
        WriteAsync(database, DocumentOperation.Put(id, document, collection, json), cancellationToken);

    /// <summary>Creates a document or replaces it, whatever is there, with JSON as it is.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="utf8Json">One JSON object in UTF-8. Not copied: it must not change until this returns.</param>
    /// <param name="collection">The collection; <see langword="null"/>: the server's default, <c>@empty</c>.</param>
    /// <param name="cancellationToken">Stops waiting; the outcome is then unknown.</param>
    public Task<WriteResult> PutJsonAsync(
        string database,
        string id,
        ReadOnlyMemory<byte> utf8Json,
        string? collection = null,
        CancellationToken cancellationToken = default) =>
        WriteAsync(database, DocumentOperation.PutJson(id, utf8Json, collection), cancellationToken);

    /// <summary>Reads one document.</summary>
    /// <returns>The document, or <see langword="null"/> when it does not exist.</returns>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    public Task<Document?> GetAsync(string database, string id, CancellationToken cancellationToken = default) =>
        GetAsync(database, id, string.Empty, cancellationToken);

    /// <summary>Reads one version of a document: the newest, or an older one that is kept.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="revision">The version; empty: the newest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The document as it was, or <see langword="null"/> when that version is not kept or is a deletion.</returns>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    /// <exception cref="InvalidRequestException">The revision is none.</exception>
    public async Task<Document?> GetAsync(string database, string id, string revision, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(revision);
        var request = new V1.GetDocumentRequest { Database = database, Id = id, Revision = revision };
        try
        {
            var response = await _caller.CallAsync(_stub.GetDocumentAsync, request, cancellationToken).ConfigureAwait(false);
            return Mapping.FromWire(response.Document);
        }
        catch (DocumentNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads one document as <typeparamref name="T"/>.</summary>
    /// <returns>What the document says, or the default (<see langword="null"/>) when it does not exist.</returns>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public async Task<T?> GetAsync<T>(
        string database,
        string id,
        JsonSerializerOptions? json = null,
        CancellationToken cancellationToken = default)
    {
        var document = await GetAsync(database, id, cancellationToken).ConfigureAwait(false);
        return document is null ? default : document.As<T>(json);
    }

    /// <summary>Reads the kept versions of a document, the newest first, page by page as they are asked for.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>None when the document does not exist or its collection keeps none.</returns>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    public async IAsyncEnumerable<DocumentRevision> ListRevisionsAsync(
        string database, string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(id);
        var request = new V1.ListRevisionsRequest { Database = database, Id = id };
        do
        {
            var response = await _caller.CallAsync(_stub.ListRevisionsAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var revision in response.Revisions)
            {
                yield return Mapping.FromWire(revision);
            }

            request.PageToken = response.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Deletes one document and leaves a tombstone.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="expectedRevision">What its current revision must be; <see langword="null"/>: anything.</param>
    /// <param name="cancellationToken">Stops waiting; the outcome is then unknown.</param>
    /// <exception cref="DocumentNotFoundException">It does not exist.</exception>
    /// <exception cref="RevisionConflictException">It has another revision; nothing was changed.</exception>
    public async Task<WriteResult> DeleteAsync(
        string database,
        string id,
        string? expectedRevision = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(id);
        var request = new V1.DeleteDocumentRequest { Database = database, Id = id, ExpectedRevision = expectedRevision ?? string.Empty };

        using var send = _telemetry.Begin(ClientOperation.Send, database, messages: 1);
        try
        {
            var response = await _caller.CallAsync(_stub.DeleteDocumentAsync, request, send.TraceParent, cancellationToken).ConfigureAwait(false);
            return new WriteResult(response.Revision, response.Partition, response.Seqno);
        }
        catch (Exception e)
        {
            send.Fail(e);
            throw;
        }
    }

    /// <summary>
    /// Opens a stream for many writes: operations are gathered into atomic requests, several of which are under way at a time.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="options">Sizes; <see langword="null"/>: the defaults.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message lists all that are.</exception>
    public BulkWriter OpenBulkWriter(string database, BulkWriterOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(database);
        options ??= new BulkWriterOptions();
        OptionErrors.ThrowIfAny(options.Validate(), nameof(options));
        return new BulkWriter(
            database,
            options,
            token => _stub.BulkWrite(new CallOptions(cancellationToken: token)),
            _caller.Address,
            _maxMessageBytes,
            _telemetry);
    }
}
