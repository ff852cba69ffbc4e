using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Storage.Tests.Subscriptions;

public sealed class SqliteSubscriptionStoreTests : SubscriptionStoreContract
{
    private readonly TemporaryFolder _temporary = new();
    private readonly DataFolder _folder;

    public SqliteSubscriptionStoreTests() => _folder = DataFolder.Open(_temporary["data"]);

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task AnyCalls_AtRandom_AnswerAsTheModel()
    {
        var seed = SubscriptionStoreModel.NewSeed();
        TestContext.Current.TestOutputHelper?.WriteLine($"MODEL_SEED={seed}");

        var model = new SubscriptionStoreModel(seed, async () =>
        {
            await ReopenAsync();
            return Store;
        });

        await model.RunAsync(Store, 3000, Cancellation);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_ManyWhileATransactionIsHeldUp_ShareOne()
    {
        const int count = 100;
        var store = (SqliteSubscriptionStore)Store;
        var updates = new List<ProgressUpdate>();
        for (var i = 0; i < count; i++)
        {
            var subscription = SubscriptionSamples.Subscription($"s{i}");
            await store.CreateAsync(subscription, Cancellation);
            updates.Add(new ProgressUpdate(subscription.Id, default, SubscriptionSamples.CursorAt(i + 1), null));
        }

        var before = store.Commits;
        Task<ProgressOutcome>[] saves;
        using (var other = SqliteConnection.Open(Path.Combine(_folder.FullPath, "subscriptions.db"), SqliteAccess.Write))
        {
            other.BeginWrite();
            saves = [.. updates.Select(u => store.SaveProgressAsync(u, Cancellation).AsTask())];
            other.Rollback();
        }

        Assert.All(await Task.WhenAll(saves), outcome => Assert.Equal(ProgressOutcome.Saved, outcome));
        // What was queued when the writer began to wait for the lock, and all the others.
        Assert.InRange(store.Commits - before, 1, 2);
    }

    protected override ValueTask<ISubscriptionStore> OpenAsync() =>
        ValueTask.FromResult<ISubscriptionStore>(SqliteSubscriptionStore.Open(_folder, TimeProvider.System));
}
