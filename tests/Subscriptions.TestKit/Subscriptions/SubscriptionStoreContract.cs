using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>
/// What every <see cref="ISubscriptionStore"/> promises. A store's test class derives from this and says how to open it.
/// </summary>
public abstract partial class SubscriptionStoreContract : IAsyncLifetime
{
    /// <summary>How long a fact may take, in milliseconds; far above what a store needs, so that only a hang or a collapse exceeds it.</summary>
    protected const int TimeLimit = 60_000;

    private ISubscriptionStore? _store;

    /// <summary>The store under test.</summary>
    protected ISubscriptionStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>Ends when the fact's time is up.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Opens the store on this test's data: empty the first time, and again with what the store before left, which has been disposed.
    /// </summary>
    protected abstract ValueTask<ISubscriptionStore> OpenAsync();

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the store and opens it again on the same data.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = null;
        _store = await OpenAsync();
    }

    private async Task<StoredSubscription> CreateAsync(string name)
    {
        var subscription = SubscriptionSamples.Subscription(name);
        Assert.True(await Store.CreateAsync(subscription, Cancellation));
        return subscription;
    }

    /// <summary>A subscription that is leased and has made progress.</summary>
    private async Task<(StoredSubscription Subscription, FencingToken Token)> CreateLeasedAsync(string name, long seqno)
    {
        var subscription = await CreateAsync(name);
        var token = await GrantAsync(subscription.Id);
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, seqno, SubscriptionSamples.Instant));
        return (await FindAsync(subscription.Id), token);
    }

    private async Task<FencingToken> GrantAsync(SubscriptionId id)
    {
        var progress = await Store.GrantAsync(id, isShared: false, Cancellation);
        Assert.NotNull(progress);
        return progress.Token;
    }

    private async Task<ProgressOutcome> SaveAsync(SubscriptionId id, FencingToken token, long seqno, DateTimeOffset? ackedAt = null) =>
        await Store.SaveProgressAsync(new ProgressUpdate(id, token, SubscriptionSamples.CursorAt(seqno), ackedAt), Cancellation);

    private async Task<StoredSubscription> FindAsync(SubscriptionId id) =>
        Assert.Single(await Store.ListAsync(SubscriptionSamples.Database, Cancellation), s => s.Id == id);

    private async Task AssertHoldsAsync(params StoredSubscription[] expected)
    {
        var listed = await Store.ListAsync(SubscriptionSamples.Database, Cancellation);
        Assert.Equal(expected.OrderBy(s => s.Id.Value), listed.OrderBy(s => s.Id.Value));
    }
}
