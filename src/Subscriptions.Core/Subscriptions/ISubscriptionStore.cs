using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// The subscriptions of all databases: definitions, cursors and fencing tokens. Separate from the documents, because the progress of a
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

    /// <summary>Replaces a definition; the cursor stays. The database and the name's identity must not change.</summary>
    /// <returns>False when the subscription does not exist.</returns>
    ValueTask<bool> UpdateAsync(SubscriptionId id, SubscriptionDefinition definition, CancellationToken cancellationToken);

    /// <summary>Removes a subscription and its progress.</summary>
    /// <returns>False when it does not exist.</returns>
    ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken);

    /// <summary>Removes all subscriptions of a database.</summary>
    /// <returns>How many there were.</returns>
    ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken);

    /// <summary>Takes the next fencing token: the stored one plus 1.</summary>
    /// <returns>The progress from which the new lease starts, with the new token; null when the subscription does not exist.</returns>
    ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, CancellationToken cancellationToken);

    /// <summary>Moves the cursor and takes the next fencing token, so that progress of an older lease cannot undo the move.</summary>
    /// <returns>The progress now; null when the subscription does not exist.</returns>
    ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken);

    /// <summary>Compare-and-set: stores a cursor if the update's token is the stored one.</summary>
    ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken);
}
