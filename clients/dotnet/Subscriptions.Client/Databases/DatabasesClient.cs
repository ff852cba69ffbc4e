namespace Subscriptions.Client;

/// <summary>
/// Creates, lists and drops databases, and says which collections keep revisions. Thread-safe. Every method throws <see cref="SubscriptionsException"/> or a type below it when the
/// server refuses, and <see cref="ServerUnavailableException"/> when it cannot be reached.
/// </summary>
public sealed partial class DatabasesClient
{
    private readonly UnaryCaller _caller;
    private readonly V1.DatabaseAdminService.DatabaseAdminServiceClient _stub;

    internal DatabasesClient(UnaryCaller caller)
    {
        _caller = caller;
        _stub = new V1.DatabaseAdminService.DatabaseAdminServiceClient(caller.Invoker);
    }

    /// <summary>
    /// Creates a database; when one with the same settings exists, answers with that. Durable when it returns.
    /// </summary>
    /// <param name="name">A lower-case letter, then lower-case letters, digits and <c>_$()+/-</c>; at most 238 characters.</param>
    /// <param name="partitionCount">From 1 to 1024; fixed from then on.</param>
    /// <param name="settings">Other settings; <see langword="null"/>: the defaults.</param>
    /// <param name="cancellationToken">Stops waiting; the database may have been created.</param>
    /// <exception cref="DatabaseExistsException">One exists with other settings.</exception>
    /// <exception cref="InvalidRequestException">A value is outside its limits.</exception>
    /// <exception cref="LimitExceededException">The server has as many databases as it may.</exception>
    public async Task<CreateResult<DatabaseInfo>> CreateAsync(
        string name,
        int partitionCount = 1,
        DatabaseSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var request = new V1.CreateDatabaseRequest
        {
            Name = name,
            PartitionCount = partitionCount,
            Settings = settings is null ? null : Mapping.ToWire(settings),
        };
        var response = await _caller.CallAsync(_stub.CreateDatabaseAsync, request, cancellationToken).ConfigureAwait(false);
        return new CreateResult<DatabaseInfo>(Mapping.FromWire(response.Database), response.Created);
    }

    /// <summary>Tells where a database stands.</summary>
    /// <exception cref="DatabaseNotFoundException">There is none of that name.</exception>
    public async Task<DatabaseInfo> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var request = new V1.GetDatabaseRequest { Name = name };
        var response = await _caller.CallAsync(_stub.GetDatabaseAsync, request, cancellationToken).ConfigureAwait(false);
        return Mapping.FromWire(response.Database);
    }

    /// <summary>Lists all databases by name.</summary>
    public async Task<IReadOnlyList<DatabaseInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        var request = new V1.ListDatabasesRequest();
        var response = await _caller.CallAsync(_stub.ListDatabasesAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Databases.Select(Mapping.FromWire)];
    }

    /// <summary>
    /// Removes a database, its documents and its subscriptions; their workers end with <see cref="DatabaseDroppedException"/>. Cannot be
    /// undone.
    /// </summary>
    /// <exception cref="DatabaseNotFoundException">There is none of that name.</exception>
    public async Task DropAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var request = new V1.DropDatabaseRequest { Name = name };
        await _caller.CallAsync(_stub.DropDatabaseAsync, request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Says whether a collection keeps older versions of its documents, and how many; other collections stay as they are. Idempotent. Durable
    /// when it returns, and holds for every write after it.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="revisions">The collection and its settings, which replace its former ones as a whole.</param>
    /// <param name="cancellationToken">Stops waiting; the settings may have been changed.</param>
    /// <exception cref="DatabaseNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidRequestException">A value is outside its limits; nothing was changed.</exception>
    public Task<DatabaseInfo> SetRevisionsAsync(string name, CollectionRevisions revisions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(revisions);
        return SetRevisionsAsync(new V1.SetRevisionsRequest { Name = name, Revisions = Mapping.ToWire(revisions) }, cancellationToken);
    }

    /// <summary>Takes a collection's own revision settings away, so that those of all documents hold for it, if there are any.</summary>
    /// <inheritdoc cref="SetRevisionsAsync(string, CollectionRevisions, CancellationToken)"/>
    /// <param name="name">The database.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellationToken">Stops waiting; the settings may have been changed.</param>
    public Task<DatabaseInfo> RemoveRevisionsAsync(string name, string collection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(collection);
        var revisions = new V1.CollectionRevisions { Collection = collection };
        return SetRevisionsAsync(new V1.SetRevisionsRequest { Name = name, Revisions = revisions, Remove = true }, cancellationToken);
    }

    private async Task<DatabaseInfo> SetRevisionsAsync(V1.SetRevisionsRequest request, CancellationToken cancellationToken)
    {
        var response = await _caller.CallAsync(_stub.SetRevisionsAsync, request, cancellationToken).ConfigureAwait(false);
        return Mapping.FromWire(response.Database);
    }
}
