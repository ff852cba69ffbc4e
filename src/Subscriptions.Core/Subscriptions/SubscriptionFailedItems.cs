using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>The items that the workers of one database's subscriptions could not process, for administrators. Thread-safe.</summary>
public sealed class SubscriptionFailedItems
{
    /// <summary>The most items of a page, and the most that one call names.</summary>
    public const int MaxItems = 1000;

    private const int DefaultPageSize = 100;

    private readonly SubscriptionRegistry _registry;
    private readonly RegistryServices _services;

    internal SubscriptionFailedItems(SubscriptionRegistry registry, RegistryServices services)
    {
        _registry = registry;
        _services = services;
    }

    /// <summary>How many items of a subscription wait for another try, and how many were given up.</summary>
    public ValueTask<FailedItemCounts> CountAsync(SubscriptionEntry entry, CancellationToken cancellationToken) =>
        _services.Store.CountFailedItemsAsync(entry.Id, cancellationToken);

    /// <summary>A page of a subscription's failed items, by id in the order of UTF-8.</summary>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="kind">Which kind.</param>
    /// <param name="pageSize">From 1 to <see cref="MaxItems"/>; 0: 100.</param>
    /// <param name="pageToken">Of the page before; empty: from the beginning.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND.</exception>
    /// <exception cref="InvalidInputException">The size is outside its range, or the token none.</exception>
    public async ValueTask<FailedItemPage> ListAsync(
        string subscription, FailedItemKind kind, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var entry = _registry.Get(subscription);
        if (pageSize is < 0 or > MaxItems)
            throw new InvalidInputException("page_size", pageSize.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {MaxItems}; 0 means {DefaultPageSize}");
        var size = pageSize == 0 ? DefaultPageSize : pageSize;
        var items = await _services.Store.ListFailedItemsAsync(entry.Id, kind, PageToken.Read(pageToken), size + 1, cancellationToken);
        return items.Count <= size
            ? new FailedItemPage(items, "")
            : new FailedItemPage([.. items.Take(size)], PageToken.Write(items[size - 1].Id));
    }

    /// <summary>
    /// Makes dead letters wait for another try that is due at once, their attempts counted afresh; durable on return. Connected workers get
    /// them without reconnecting.
    /// </summary>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="documents">Which, at most <see cref="MaxItems"/>; those that are no dead letters are passed over. Null: all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many they were.</returns>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND.</exception>
    /// <exception cref="InvalidInputException">Too many are named, or an id that no document can have.</exception>
    public async Task<long> ReplayAsync(string subscription, IReadOnlyList<string>? documents, CancellationToken cancellationToken)
    {
        var entry = _registry.Get(subscription);
        Check(documents);
        cancellationToken.ThrowIfCancellationRequested();

        // From here on without the caller: what the store has replayed, the workers that are connected must hear of.
        var replayed = await entry.Flow.ReplayAsync(
            async () => await _services.Store.ReplayDeadLettersAsync(entry.Id, documents, _services.Time.GetUtcNow(), CancellationToken.None));
        return replayed.Count;
    }

    /// <summary>Forgets dead letters; durable on return. The documents are not touched.</summary>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="documents">Which, at most <see cref="MaxItems"/>; those that are no dead letters are passed over. Null: all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many they were.</returns>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND.</exception>
    /// <exception cref="InvalidInputException">Too many are named, or an id that no document can have.</exception>
    public ValueTask<long> DiscardAsync(string subscription, IReadOnlyList<string>? documents, CancellationToken cancellationToken)
    {
        var entry = _registry.Get(subscription);
        Check(documents);
        return _services.Store.DiscardDeadLettersAsync(entry.Id, documents, cancellationToken);
    }

    /// <summary>What waits for another try, for a delivery that begins; by id in the order of UTF-8.</summary>
    internal ValueTask<IReadOnlyList<FailedItem>> ReadRetriesAsync(
        SubscriptionEntry entry, string afterId, int max, CancellationToken cancellationToken) =>
        _services.Store.ListFailedItemsAsync(entry.Id, FailedItemKind.Retry, afterId, max, cancellationToken);

    private static void Check(IReadOnlyList<string>? documents)
    {
        if (documents is null) return;
        if (documents.Count is 0 or > MaxItems)
        {
            throw new InvalidInputException(
                "ids", "", $"names {documents.Count} documents; name 1 to {MaxItems}, or ask for all of them");
        }

        for (var i = 0; i < documents.Count; i++) DocumentLimits.CheckId(documents[i], $"ids[{i}]");
    }
}

/// <summary>Failed items in the order of their ids.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextPageToken">Where the next page begins; empty when there is none.</param>
public sealed record FailedItemPage(IReadOnlyList<FailedItem> Items, string NextPageToken);
