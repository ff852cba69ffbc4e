using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// The subscriptions of all databases: definitions, cursors, fencing tokens and failed items. Separate from the documents, because the progress of a
/// thousand subscriptions must not queue behind a bulk load.
/// </summary>
/// <remarks>
/// <para>All members may be called from many threads at once; simultaneous calls should share one durable transaction. Everything that a
/// returned task reports is durable (synced to disk). Failures that are not the caller's are <see cref="StoreException"/>, with nothing
/// changed unless the exception says otherwise.</para>
/// <para>Cancelling a call gives up waiting for it; it may still be carried out.</para>
/// </remarks>
public interface ISubscriptionStore : IAsyncDisposable
{
    /// <summary>All subscriptions of one database, in no particular order.</summary>
    ValueTask<IReadOnlyList<StoredSubscription>> ListAsync(DatabaseName database, CancellationToken cancellationToken);

    /// <summary>Adds a subscription, with its cursor, at token 0 unless <see cref="StoredSubscription.Progress"/> says otherwise.</summary>
    /// <returns>False when the database has one of that name, whatever its case; nothing was changed.</returns>
    ValueTask<bool> CreateAsync(StoredSubscription subscription, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a definition, its name included; the database must stay. With a cursor it also does what <see cref="SetCursorAsync"/> does,
    /// both or nothing.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="definition">What it becomes.</param>
    /// <param name="cursor">Where it is moved to; null: it stays.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<SubscriptionUpdate> UpdateAsync(
        SubscriptionId id, SubscriptionDefinition definition, ResumeToken? cursor, CancellationToken cancellationToken);

    /// <summary>Removes a subscription, its progress and its failed items.</summary>
    /// <returns>False when it does not exist.</returns>
    ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken);

    /// <summary>Removes all subscriptions of a database, as <see cref="DeleteAsync"/> does.</summary>
    /// <returns>How many there were.</returns>
    ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken);

    /// <summary>Takes the next fencing token: the stored one plus 1.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="isShared">The new lease stands beside those that there are: the epoch stays. Else it becomes the new token.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The progress from which the new lease starts, with the new token; null when the subscription does not exist.</returns>
    ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, bool isShared, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the cursor, forgets what was acked above it and the failed items that wait for another try, and takes the next fencing token
    /// and epoch, so that progress of an older lease cannot undo the move. Dead letters stay.
    /// </summary>
    /// <returns>The progress now; null when the subscription does not exist.</returns>
    ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Compare-and-set: stores a cursor, what was acked above it and what changes among the failed items, all or nothing, if the update's
    /// token is from the stored epoch to the stored token.
    /// </summary>
    ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken);

    /// <summary>Failed items of one kind, by id in the order of UTF-8.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="kind">Which kind.</param>
    /// <param name="afterId">Only ids behind this one; empty: from the beginning.</param>
    /// <param name="max">How many at most, from 1.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<IReadOnlyList<FailedItem>> ListFailedItemsAsync(
        SubscriptionId id, FailedItemKind kind, string afterId, int max, CancellationToken cancellationToken);

    /// <summary>Counts failed items, at no more cost than an index allows.</summary>
    ValueTask<FailedItemCounts> CountFailedItemsAsync(SubscriptionId id, CancellationToken cancellationToken);

    /// <summary>
    /// Turns dead letters into items that wait for another try, due at once, no attempt counted. Where the document has a retry already, that
    /// one is due at once, at the lower seqno of the two.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="documents">
    /// Which documents'; those that are no dead letters are passed over. Null: all, in slices of the store's choice, each durable by itself.
    /// </param>
    /// <param name="now">When they are due. Millisecond precision.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What they became; all else about them stays.</returns>
    ValueTask<IReadOnlyList<FailedItem>> ReplayDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes dead letters.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="documents">
    /// Which documents'; those that are no dead letters are passed over. Null: all, in slices of the store's choice, each durable by itself.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many there were.</returns>
    ValueTask<long> DiscardDeadLettersAsync(SubscriptionId id, IReadOnlyList<string>? documents, CancellationToken cancellationToken);
}

/// <summary>The kinds of failed items. The numbers are those of stored rows.</summary>
public enum FailedItemKind
{
    /// <summary>Waits for another try.</summary>
    Retry = 1,

    /// <summary>Was given up.</summary>
    DeadLetter = 2,
}

/// <summary>What became of <see cref="ISubscriptionStore.UpdateAsync"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Progress">The progress now; null unless <see cref="UpdateOutcome.Updated"/>.</param>
public readonly record struct SubscriptionUpdate(UpdateOutcome Outcome, SubscriptionProgress? Progress);

/// <summary>What can become of an update.</summary>
public enum UpdateOutcome
{
    /// <summary>It is durable.</summary>
    Updated = 1,

    /// <summary>There is no such subscription; nothing was changed.</summary>
    NotFound = 2,

    /// <summary>The database has another subscription of the new name; nothing was changed.</summary>
    NameTaken = 3,
}
