using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>
/// A subscription store in memory that passes <see cref="SubscriptionStoreContract"/>. Calls complete synchronously unless a test holds
/// them, so that a test decides every interleaving.
/// </summary>
public sealed class FakeSubscriptionStore : ISubscriptionStore
{
    private readonly FakeSubscriptionTable _table;
    private readonly Lock _gate = new();
    private readonly List<HeldCall> _holds = [];
    private readonly Dictionary<SubscriptionStoreCall, int> _counts = [];
    private volatile bool _isClosed;

    /// <summary>Creates an empty store.</summary>
    public FakeSubscriptionStore()
        : this(new FakeSubscriptionTable())
    {
    }

    private FakeSubscriptionStore(FakeSubscriptionTable table) => _table = table;

    /// <summary>Another store over the same data: what a process finds that opens the data after this one.</summary>
    public FakeSubscriptionStore Reopen() => new(_table);

    /// <summary>How often a call was made, failed and cancelled ones included.</summary>
    public int CountOf(SubscriptionStoreCall call)
    {
        lock (_gate) return _counts.GetValueOrDefault(call);
    }

    /// <summary>Holds the next call of a kind that no other hold is waiting for.</summary>
    public HeldCall HoldNext(SubscriptionStoreCall call, HoldPoint point = HoldPoint.BeforeApplying)
    {
        var hold = new HeldCall(call, point);
        lock (_gate) _holds.Add(hold);
        return hold;
    }

    /// <summary>Makes the next call of a kind fail.</summary>
    public void FailNext(SubscriptionStoreCall call, Exception exception, HoldPoint point = HoldPoint.BeforeApplying) =>
        HoldNext(call, point).Fail(exception);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredSubscription>> ListAsync(DatabaseName database, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.List, () => _table.List(database), cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> CreateAsync(StoredSubscription subscription, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.Create, () => _table.Create(subscription), cancellationToken);

    /// <inheritdoc />
    public ValueTask<SubscriptionUpdate> UpdateAsync(
        SubscriptionId id, SubscriptionDefinition definition, ResumeToken? cursor, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.Update, () => _table.Update(id, definition, cursor), cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.Delete, () => _table.Delete(id), cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.DeleteAll, () => _table.DeleteAll(database), cancellationToken);

    /// <inheritdoc />
    public ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, bool isShared, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.Grant, () => _table.Grant(id, isShared), cancellationToken);

    /// <inheritdoc />
    public ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.SetCursor, () => _table.Move(id, cursor), cancellationToken);

    /// <inheritdoc />
    public ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.SaveProgress, () => _table.Save(update), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FailedItem>> ListFailedItemsAsync(
        SubscriptionId id, FailedItemKind kind, string afterId, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        return RunAsync(SubscriptionStoreCall.ListFailedItems, () => _table.FailedItems.List(id, kind, afterId, max), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<FailedItemCounts> CountFailedItemsAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.CountFailedItems, () => _table.FailedItems.Count(id), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FailedItem>> ReplayDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.ReplayDeadLetters, () => _table.FailedItems.Replay(id, documents, now), cancellationToken);

    /// <inheritdoc />
    public ValueTask<long> DiscardDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, CancellationToken cancellationToken) =>
        RunAsync(SubscriptionStoreCall.DiscardDeadLetters, () => _table.FailedItems.Discard(id, documents), cancellationToken);

    /// <summary>Closes the store; what it holds stays for <see cref="Reopen"/>.</summary>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        return ValueTask.CompletedTask;
    }

    private async ValueTask<T> RunAsync<T>(SubscriptionStoreCall call, Func<T> apply, CancellationToken cancellationToken)
    {
        var (before, after) = Enter(call);
        cancellationToken.ThrowIfCancellationRequested();
        if (before is not null) await before.PassAsync(cancellationToken);
        if (_isClosed) throw new StoreException(StoreFault.Closed, "The store is closed.");

        T result;
        lock (_table) result = apply();
        if (after is not null) await after.PassAsync(cancellationToken);
        return result;
    }

    private (HeldCall? Before, HeldCall? After) Enter(SubscriptionStoreCall call)
    {
        lock (_gate)
        {
            _counts[call] = _counts.GetValueOrDefault(call) + 1;
            return (TakeHoldLocked(call, HoldPoint.BeforeApplying), TakeHoldLocked(call, HoldPoint.BeforeAnswering));
        }
    }

    private HeldCall? TakeHoldLocked(SubscriptionStoreCall call, HoldPoint point)
    {
        var hold = _holds.Find(h => h.Call == call && h.Point == point);
        if (hold is not null) _holds.Remove(hold);
        return hold;
    }
}
