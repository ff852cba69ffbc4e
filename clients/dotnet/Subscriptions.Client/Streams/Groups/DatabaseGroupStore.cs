using System.Text.Json;

namespace Subscriptions.Client;

/// <summary>
/// A group in documents: <c>partition-groups/DATABASE/CONSUMER</c> is the table, which is only ever replaced by who read it last, and
/// <c>partition-groups/DATABASE/CONSUMER/members/ID</c> are the signs of life. The latter expire by themselves when nobody is left to forget them.
/// </summary>
internal sealed class DatabaseGroupStore(
    DocumentsClient documents, ChangesClient changes, string database, CheckpointScope scope, TimeSpan litterAfter, TimeProvider time) : IGroupStore
{
    private const string Collection = "PartitionGroups";

    private readonly string _tableId = $"partition-groups/{scope.Database}/{scope.Consumer}";

    /// <inheritdoc/>
    public async Task<(GroupTable Table, string Revision)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await documents.GetAsync(database, _tableId, cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        try
        {
            return (document.As(GroupJson.Default.GroupTable), document.Revision);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Document '{_tableId}' of database '{database}' is no table of a partition group: {e.Message} Delete it.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryWriteAsync(GroupTable table, string? revision, CancellationToken cancellationToken)
    {
        var put = DocumentOperation.Put(_tableId, table, GroupJson.Default.GroupTable, Collection) with
        {
            ExpectedRevision = revision,
            MustNotExist = revision is null,
        };
        try
        {
            await documents.WriteAsync(database, put, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RevisionConflictException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task BeatAsync(string id, GroupBeat beat, CancellationToken cancellationToken)
    {
        var put = DocumentOperation.Put(BeatId(id), beat, GroupJson.Default.GroupBeat, Collection) with { ExpiresAt = time.GetUtcNow() + litterAfter };
        return documents.WriteAsync(database, put, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>> ReadBeatsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var beats = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ids.Count == 0)
        {
            return beats;
        }

        var byDocument = ids.ToDictionary(BeatId, StringComparer.Ordinal);
        var options = new ChangesOptions { Filter = ChangeFilter.Ids(byDocument.Keys), Limit = 10_000 };
        while (true)
        {
            var page = await changes.GetAsync(database, options, cancellationToken).ConfigureAwait(false);
            foreach (var row in page.Rows)
            {
                beats[byDocument[row.Id]] = row.Revision;
            }

            if (page.Pending == 0 || page.ResumeToken == options.Since)
            {
                return beats;
            }

            options = options with { Since = page.ResumeToken };
        }
    }

    /// <inheritdoc/>
    public Task ForgetAsync(string id, CancellationToken cancellationToken) =>
        documents.WriteAsync(database, DocumentOperation.Delete(BeatId(id)), cancellationToken);

    private string BeatId(string id) => $"{_tableId}/members/{id}";
}
