using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.CrashDriver.Work;

/// <summary>A store that journals what administrators do, before anybody can act on it.</summary>
internal sealed class JournalingStore(ISubscriptionStore store, CrashJournal journal) : ISubscriptionStore
{
    public async ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken)
    {
        journal.Write(new WorkLine(WorkEvent.Resetting).ToString());
        var progress = await store.SetCursorAsync(id, cursor, cancellationToken);
        journal.Write(new WorkLine(WorkEvent.Reset, Number: progress!.Token.Value).ToString());
        return progress;
    }

    public async ValueTask<IReadOnlyList<FailedItem>> ReplayDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now, CancellationToken cancellationToken)
    {
        journal.Write(new WorkLine(WorkEvent.Replaying).ToString());
        var replayed = await store.ReplayDeadLettersAsync(id, documents, now, cancellationToken);
        foreach (var item in replayed) journal.Write(new WorkLine(WorkEvent.Replayed, item.Id, item.Seqno).ToString());
        journal.Write(new WorkLine(WorkEvent.ReplayEnded).ToString());
        return replayed;
    }

    public ValueTask<IReadOnlyList<StoredSubscription>> ListAsync(DatabaseName database, CancellationToken cancellationToken) =>
        store.ListAsync(database, cancellationToken);

    public ValueTask<bool> CreateAsync(StoredSubscription subscription, CancellationToken cancellationToken) =>
        store.CreateAsync(subscription, cancellationToken);

    public ValueTask<SubscriptionUpdate> UpdateAsync(
        SubscriptionId id, SubscriptionDefinition definition, ResumeToken? cursor, CancellationToken cancellationToken) =>
        store.UpdateAsync(id, definition, cursor, cancellationToken);

    public ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken) => store.DeleteAsync(id, cancellationToken);

    public ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken) =>
        store.DeleteAllAsync(database, cancellationToken);

    public ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, bool isShared, CancellationToken cancellationToken) =>
        store.GrantAsync(id, isShared, cancellationToken);

    public ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        store.SaveProgressAsync(update, cancellationToken);

    public ValueTask<IReadOnlyList<FailedItem>> ListFailedItemsAsync(
        SubscriptionId id, FailedItemKind kind, string afterId, int max, CancellationToken cancellationToken) =>
        store.ListFailedItemsAsync(id, kind, afterId, max, cancellationToken);

    public ValueTask<FailedItemCounts> CountFailedItemsAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        store.CountFailedItemsAsync(id, cancellationToken);

    public ValueTask<long> DiscardDeadLettersAsync(SubscriptionId id, IReadOnlyList<string>? documents, CancellationToken cancellationToken) =>
        store.DiscardDeadLettersAsync(id, documents, cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
