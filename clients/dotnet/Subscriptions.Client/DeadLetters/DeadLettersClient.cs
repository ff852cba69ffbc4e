namespace Subscriptions.Client;

/// <summary>
/// Reads and settles the items that a subscription's workers could not process. Thread-safe. Every method throws
/// <see cref="SubscriptionsException"/> or a type below it when the server refuses, <see cref="SubscriptionNotFoundException"/> among them,
/// and <see cref="ServerUnavailableException"/> when it cannot be reached.
/// </summary>
public sealed class DeadLettersClient
{
    /// <summary>The most ids that the contract allows in one request.</summary>
    private const int MostIds = 1000;

    private const int PageSize = 1000;

    private readonly UnaryCaller _caller;
    private readonly V1.DeadLetterService.DeadLetterServiceClient _stub;

    internal DeadLettersClient(UnaryCaller caller)
    {
        _caller = caller;
        _stub = new V1.DeadLetterService.DeadLetterServiceClient(caller.Invoker);
    }

    /// <summary>Lists the items that were given up, by id. Asks the server for a page when one is needed.</summary>
    public IAsyncEnumerable<FailedItemInfo> ListAsync(string database, string subscription, CancellationToken cancellationToken = default)
    {
        ThrowIfNull(database, subscription);
        return Pages.ReadAsync(Read, cancellationToken);

        async Task<Page<FailedItemInfo>> Read(string token, CancellationToken cancelled)
        {
            var request = new V1.ListDeadLettersRequest
            {
                Database = database,
                Subscription = subscription,
                PageSize = PageSize,
                PageToken = token,
            };
            var response = await _caller.CallAsync(_stub.ListDeadLettersAsync, request, cancelled).ConfigureAwait(false);
            return new Page<FailedItemInfo>([.. response.Items.Select(FailedItemInfo.From)], response.NextPageToken);
        }
    }

    /// <summary>Lists the items that wait for another try, by id. Asks the server for a page when one is needed.</summary>
    public IAsyncEnumerable<FailedItemInfo> ListRetriesAsync(
        string database,
        string subscription,
        CancellationToken cancellationToken = default)
    {
        ThrowIfNull(database, subscription);
        return Pages.ReadAsync(Read, cancellationToken);

        async Task<Page<FailedItemInfo>> Read(string token, CancellationToken cancelled)
        {
            var request = new V1.ListRetriesRequest { Database = database, Subscription = subscription, PageSize = PageSize, PageToken = token };
            var response = await _caller.CallAsync(_stub.ListRetriesAsync, request, cancelled).ConfigureAwait(false);
            return new Page<FailedItemInfo>([.. response.Items.Select(FailedItemInfo.From)], response.NextPageToken);
        }
    }

    /// <summary>
    /// Delivers dead letters again, at once and in their documents' newest versions, their attempts counted afresh. Durable when it returns.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="ids">Which; those that are no dead letters are passed over. Any number: the server gets a thousand at a time.</param>
    /// <param name="cancellationToken">Stops between requests; what was replayed by then stays so.</param>
    /// <returns>How many were.</returns>
    public Task<long> ReplayAsync(
        string database,
        string subscription,
        IEnumerable<string> ids,
        CancellationToken cancellationToken = default)
    {
        ThrowIfNull(database, subscription);
        ArgumentNullException.ThrowIfNull(ids);
        return InSlicesAsync(ids, (slice, cancelled) => ReplayAsync(database, subscription, slice, all: false, cancelled), cancellationToken);
    }

    /// <summary>Delivers all of a subscription's dead letters again, as <see cref="ReplayAsync(string, string, IEnumerable{string}, CancellationToken)"/> does.</summary>
    /// <returns>How many there were.</returns>
    public Task<long> ReplayAllAsync(string database, string subscription, CancellationToken cancellationToken = default)
    {
        ThrowIfNull(database, subscription);
        return ReplayAsync(database, subscription, [], all: true, cancellationToken);
    }

    /// <summary>Forgets dead letters; the documents themselves are not touched. Durable when it returns.</summary>
    /// <param name="database">The database.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="ids">Which; those that are no dead letters are passed over. Any number: the server gets a thousand at a time.</param>
    /// <param name="cancellationToken">Stops between requests; what was forgotten by then stays so.</param>
    /// <returns>How many were.</returns>
    public Task<long> DiscardAsync(
        string database,
        string subscription,
        IEnumerable<string> ids,
        CancellationToken cancellationToken = default)
    {
        ThrowIfNull(database, subscription);
        ArgumentNullException.ThrowIfNull(ids);
        return InSlicesAsync(ids, (slice, cancelled) => DiscardAsync(database, subscription, slice, all: false, cancelled), cancellationToken);
    }

    /// <summary>Forgets all of a subscription's dead letters. Durable when it returns.</summary>
    /// <returns>How many there were.</returns>
    public Task<long> DiscardAllAsync(string database, string subscription, CancellationToken cancellationToken = default)
    {
        ThrowIfNull(database, subscription);
        return DiscardAsync(database, subscription, [], all: true, cancellationToken);
    }

    private async Task<long> ReplayAsync(
        string database, string subscription, IReadOnlyCollection<string> ids, bool all, CancellationToken cancellationToken)
    {
        var request = new V1.ReplayDeadLettersRequest { Database = database, Subscription = subscription, All = all, Ids = { ids } };
        return (await _caller.CallAsync(_stub.ReplayDeadLettersAsync, request, cancellationToken).ConfigureAwait(false)).ReplayedCount;
    }

    private async Task<long> DiscardAsync(
        string database, string subscription, IReadOnlyCollection<string> ids, bool all, CancellationToken cancellationToken)
    {
        var request = new V1.DiscardDeadLettersRequest { Database = database, Subscription = subscription, All = all, Ids = { ids } };
        return (await _caller.CallAsync(_stub.DiscardDeadLettersAsync, request, cancellationToken).ConfigureAwait(false)).DiscardedCount;
    }

    private static async Task<long> InSlicesAsync(
        IEnumerable<string> ids, Func<string[], CancellationToken, Task<long>> call, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var slice in ids.Chunk(MostIds))
        {
            count += await call(slice, cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private static void ThrowIfNull(string database, string subscription)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(subscription);
    }
}
