namespace Subscriptions.Client;

/// <summary>
/// Creates, lists and controls subscriptions. Thread-safe. Every method throws <see cref="SubscriptionsException"/> or a type below it when
/// the server refuses, and <see cref="ServerUnavailableException"/> when it cannot be reached.
/// </summary>
public sealed class SubscriptionAdminClient
{
    private readonly UnaryCaller _caller;
    private readonly V1.SubscriptionAdminService.SubscriptionAdminServiceClient _stub;

    internal SubscriptionAdminClient(UnaryCaller caller)
    {
        _caller = caller;
        _stub = new V1.SubscriptionAdminService.SubscriptionAdminServiceClient(caller.Invoker);
    }

    /// <summary>
    /// Creates a subscription; when one with the same definition exists, answers with that. Durable when it returns.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="definition">What it delivers.</param>
    /// <param name="start">Where it begins; <see langword="null"/>: <see cref="SubscriptionCursor.Beginning"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the subscription may have been created.</param>
    /// <exception cref="SubscriptionExistsException">One exists with another definition.</exception>
    /// <exception cref="InvalidQueryException">The query cannot be parsed.</exception>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    /// <exception cref="LimitExceededException">The database has as many subscriptions as it may.</exception>
    public async Task<CreateResult<SubscriptionInfo>> CreateAsync(
        string database,
        SubscriptionDefinition definition,
        SubscriptionCursor? start = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(definition);
        var request = new V1.CreateSubscriptionRequest
        {
            Database = database,
            Definition = AdministrationMapping.ToWire(definition),
            Start = start?.Wire,
        };
        var response = await _caller.CallAsync(_stub.CreateSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return new CreateResult<SubscriptionInfo>(AdministrationMapping.FromWire(response.Subscription), response.Created);
    }

    /// <summary>Tells where a subscription stands and who works on it.</summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<SubscriptionInfo> GetAsync(string database, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetSubscriptionRequest { Database = Given(database), Name = Given(name) };
        var response = await _caller.CallAsync(_stub.GetSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return AdministrationMapping.FromWire(response.Subscription);
    }

    /// <summary>Lists a database's subscriptions by name. Asks the server for a page when one is needed, so that any number can be read.</summary>
    /// <param name="database">The database.</param>
    /// <param name="filter">Which; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    public IAsyncEnumerable<SubscriptionInfo> ListAsync(
        string database,
        SubscriptionFilter? filter = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        return Pages.ReadAsync((token, cancelled) => ListPageAsync(database, filter, token, cancelled), cancellationToken);
    }

    /// <summary>
    /// Changes what <paramref name="update"/> names and nothing else, all of it or nothing. Durable when it returns. Workers reconnect when
    /// the query, its parameters, the deletions, the retry policy, the ack timeout or the cursor changed, and end with
    /// <see cref="SubscriptionDisabledException"/> when the subscription was disabled.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The subscription.</param>
    /// <param name="update">What is to change.</param>
    /// <param name="cancellationToken">Stops waiting; the subscription may have been changed.</param>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    /// <exception cref="SubscriptionExistsException">The new name is taken.</exception>
    /// <exception cref="InvalidQueryException">The query cannot be parsed.</exception>
    /// <exception cref="InvalidRequestException">A value is outside its range.</exception>
    public async Task<UpdateResult> UpdateAsync(
        string database,
        string name,
        SubscriptionUpdate update,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        var request = AdministrationMapping.ToWire(Given(database), Given(name), update);
        var response = await _caller.CallAsync(_stub.UpdateSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return new UpdateResult(AdministrationMapping.FromWire(response.Subscription), response.Changed, response.Created);
    }

    /// <summary>Renames a subscription. Cursor, progress and workers stay. Durable when it returns.</summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    /// <exception cref="SubscriptionExistsException">The new name is taken.</exception>
    public async Task<SubscriptionInfo> RenameAsync(
        string database,
        string name,
        string newName,
        CancellationToken cancellationToken = default)
    {
        var update = new SubscriptionUpdate { NewName = Given(newName) };
        return (await UpdateAsync(database, name, update, cancellationToken).ConfigureAwait(false)).Subscription;
    }

    /// <summary>Removes a subscription with its progress. Its workers end with <see cref="SubscriptionNotFoundException"/>.</summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task DeleteAsync(string database, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.DeleteSubscriptionRequest { Database = Given(database), Name = Given(name) };
        await _caller.CallAsync(_stub.DeleteSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets workers open the subscription again. Idempotent.</summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<SubscriptionInfo> EnableAsync(string database, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.EnableSubscriptionRequest { Database = Given(database), Name = Given(name) };
        var response = await _caller.CallAsync(_stub.EnableSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return AdministrationMapping.FromWire(response.Subscription);
    }

    /// <summary>
    /// Refuses workers, and ends those that are connected with <see cref="SubscriptionDisabledException"/>. Progress is kept. Idempotent.
    /// </summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<SubscriptionInfo> DisableAsync(string database, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.DisableSubscriptionRequest { Database = Given(database), Name = Given(name) };
        var response = await _caller.CallAsync(_stub.DisableSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return AdministrationMapping.FromWire(response.Subscription);
    }

    /// <summary>
    /// Ends a subscription's workers, waiting ones too, with <see cref="SubscriptionDroppedException"/>; they do not come back by
    /// themselves.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The subscription.</param>
    /// <param name="workerName">Only workers of this name; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many were connected or waiting.</returns>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<int> DropWorkersAsync(
        string database,
        string name,
        string? workerName = null,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.DropWorkersRequest { Database = Given(database), Name = Given(name), WorkerName = workerName ?? string.Empty };
        var response = await _caller.CallAsync(_stub.DropWorkersAsync, request, cancellationToken).ConfigureAwait(false);
        return response.DroppedCount;
    }

    /// <summary>Ends the one worker that was given this fencing token, with <see cref="SubscriptionDroppedException"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The subscription.</param>
    /// <param name="fencingToken">The worker's token, as <see cref="WorkerInfo.FencingToken"/> has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when no worker has that token any more.</returns>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<bool> DropWorkerAsync(
        string database,
        string name,
        long fencingToken,
        CancellationToken cancellationToken = default)
    {
        // 0 would mean all of them to the server.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fencingToken);
        var request = new V1.DropWorkersRequest { Database = Given(database), Name = Given(name), FencingToken = fencingToken };
        var response = await _caller.CallAsync(_stub.DropWorkersAsync, request, cancellationToken).ConfigureAwait(false);
        return response.DroppedCount > 0;
    }

    /// <summary>
    /// Moves the cursor. Retries that wait are forgotten, dead letters are kept. Connected workers reconnect and go on from there; an ack
    /// that is under way does not undo the move.
    /// </summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidRequestException">The cursor cannot be read.</exception>
    public async Task<SubscriptionInfo> SetCursorAsync(
        string database,
        string name,
        SubscriptionCursor cursor,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        var request = new V1.SetCursorRequest { Database = Given(database), Name = Given(name), Cursor = cursor.Wire };
        var response = await _caller.CallAsync(_stub.SetCursorAsync, request, cancellationToken).ConfigureAwait(false);
        return AdministrationMapping.FromWire(response.Subscription);
    }

    private async Task<Page<SubscriptionInfo>> ListPageAsync(
        string database,
        SubscriptionFilter? filter,
        string pageToken,
        CancellationToken cancellationToken)
    {
        var request = AdministrationMapping.ToWire(database, filter, pageToken);
        var response = await _caller.CallAsync(_stub.ListSubscriptionsAsync, request, cancellationToken).ConfigureAwait(false);
        return new Page<SubscriptionInfo>([.. response.Subscriptions.Select(AdministrationMapping.FromWire)], response.NextPageToken);
    }

    private static string Given(string value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
