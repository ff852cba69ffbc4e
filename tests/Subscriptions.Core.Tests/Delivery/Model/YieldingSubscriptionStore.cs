using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>A store whose calls take time before they are carried out, and again before they are answered: others, and kills, come between.</summary>
internal sealed class YieldingSubscriptionStore(ISubscriptionStore inner) : ISubscriptionStore
{
    public ValueTask<IReadOnlyList<StoredSubscription>> ListAsync(DatabaseName database, CancellationToken cancellationToken) =>
        inner.ListAsync(database, cancellationToken);

    public ValueTask<bool> CreateAsync(StoredSubscription subscription, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.CreateAsync(subscription, cancellationToken));

    public ValueTask<SubscriptionUpdate> UpdateAsync(
        SubscriptionId id, SubscriptionDefinition definition, ResumeToken? cursor, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.UpdateAsync(id, definition, cursor, cancellationToken));

    public ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.DeleteAsync(id, cancellationToken));

    public ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.DeleteAllAsync(database, cancellationToken));

    public ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, bool isShared, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.GrantAsync(id, isShared, cancellationToken));

    public ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.SetCursorAsync(id, cursor, cancellationToken));

    public ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.SaveProgressAsync(update, cancellationToken));

    public ValueTask<IReadOnlyList<FailedItem>> ListFailedItemsAsync(
        SubscriptionId id, FailedItemKind kind, string afterId, int max, CancellationToken cancellationToken) =>
        inner.ListFailedItemsAsync(id, kind, afterId, max, cancellationToken);

    public ValueTask<FailedItemCounts> CountFailedItemsAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        inner.CountFailedItemsAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<FailedItem>> ReplayDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.ReplayDeadLettersAsync(id, documents, now, cancellationToken));

    public ValueTask<long> DiscardDeadLettersAsync(SubscriptionId id, IReadOnlyList<string>? documents, CancellationToken cancellationToken) =>
        YieldAsync(() => inner.DiscardDeadLettersAsync(id, documents, cancellationToken));

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static async ValueTask<T> YieldAsync<T>(Func<ValueTask<T>> call)
    {
        await Task.Yield();
        var answer = await call();
        await Task.Yield();
        return answer;
    }
}
