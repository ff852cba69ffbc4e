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
            Definition = Mapping.ToWire(definition),
            Start = start?.Wire,
        };
        var response = await _caller.CallAsync(_stub.CreateSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return new CreateResult<SubscriptionInfo>(Mapping.FromWire(response.Subscription), response.Created);
    }

    /// <summary>Tells where a subscription stands and who works on it.</summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<SubscriptionInfo> GetAsync(string database, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetSubscriptionRequest { Database = Given(database), Name = Given(name) };
        var response = await _caller.CallAsync(_stub.GetSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return Mapping.FromWire(response.Subscription);
    }

    /// <summary>Lists a database's subscriptions by name.</summary>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    public async Task<IReadOnlyList<SubscriptionInfo>> ListAsync(string database, CancellationToken cancellationToken = default)
    {
        var request = new V1.ListSubscriptionsRequest { Database = Given(database) };
        var response = await _caller.CallAsync(_stub.ListSubscriptionsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Subscriptions.Select(Mapping.FromWire)];
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
        return Mapping.FromWire(response.Subscription);
    }

    /// <summary>
    /// Refuses workers, and ends those that are connected with <see cref="SubscriptionDisabledException"/>. Progress is kept. Idempotent.
    /// </summary>
    /// <exception cref="SubscriptionNotFoundException">There is none of that name.</exception>
    public async Task<SubscriptionInfo> DisableAsync(string database, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.DisableSubscriptionRequest { Database = Given(database), Name = Given(name) };
        var response = await _caller.CallAsync(_stub.DisableSubscriptionAsync, request, cancellationToken).ConfigureAwait(false);
        return Mapping.FromWire(response.Subscription);
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

    /// <summary>
    /// Moves the cursor. Connected workers reconnect and go on from there; an ack that is under way does not undo the move.
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
        return Mapping.FromWire(response.Subscription);
    }

    private static string Given(string value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
