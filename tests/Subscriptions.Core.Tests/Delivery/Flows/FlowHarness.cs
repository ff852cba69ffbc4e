using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>One subscription's flow over stores in memory, without conversations: the test is its workers.</summary>
internal sealed class FlowHarness : ISessionSubscription, IAsyncDisposable
{
    private readonly ChangeFeed _feed = new(tailBytes: 1);
    private readonly SharedTicker _ticker;
    private readonly SessionServices _services;
    private readonly StoredSubscription _stored;

    private FlowHarness(RetryPolicy? policy, SubscriptionProgress progress, DeliveryOptions? delivery)
    {
        Documents = new FakeDocumentStore(observer: _feed, timeProvider: Time);
        _feed.Attach(Documents);
        _ticker = new SharedTicker(Time);
        _services = new SessionServices(new SubscriptionLeaseManager(Store), _ticker, delivery ?? new DeliveryOptions(), Time) { Jitter = () => 0.5 };
        var sample = SubscriptionSamples.Subscription("ship");
        _stored = sample with { Definition = sample.Definition with { RetryPolicy = policy ?? RetryPolicy.Default }, Progress = progress };
        Progress = progress;
        View = change => change.Collection == "Orders" ? change : null;
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeDocumentStore Documents { get; }

    public FakeSubscriptionStore Store { get; } = new();

    /// <summary>What the subscription's query makes of changes. Default: all of the orders.</summary>
    public Func<Change, Change?> View { get; set; }

    /// <summary>Why the flow has stopped the subscription; null: it has not.</summary>
    public string? Stopped { get; private set; }

    public SubscriptionId Id => _stored.Id;

    public DeliveryFigures Figures { get; } = new();

    public SubscriptionHistory History { get; } = new();

    public SubscriptionProgress Progress { get; private set; }

    public bool IsChanging => false;

    public FlowSlot Flow { get; } = new();

    /// <summary>A subscription at the beginning, or with other progress, whose token is 1.</summary>
    public static async Task<FlowHarness> StartAsync(
        RetryPolicy? policy = null, SubscriptionProgress? progress = null, DeliveryOptions? delivery = null)
    {
        progress ??= new SubscriptionProgress(ResumeToken.Beginning, new FencingToken(1), null);
        var harness = new FlowHarness(policy, progress with { Epoch = new FencingToken(1) }, delivery);
        await harness.Store.CreateAsync(harness._stored, CancellationToken.None);
        return harness;
    }

    /// <summary>What a session would begin with now.</summary>
    public SessionSource Source() => new(
        _stored.Definition, _feed, new SubscriptionView(new FakeView(this), includeDeletes: false, isRevisions: false), Progress);

    /// <summary>A worker of the flow of this moment.</summary>
    public async Task<FlowWorker> JoinAsync(bool isShared = false, int maxDocs = 10, SessionSource? source = null)
    {
        var observer = new FlowObserver();
        var member = new FlowMember(observer, "w", SessionOptions.Create(maxDocs, 0, 64, closeWhenDrained: false));
        var (flow, rewound) = await Flow.JoinAsync(this, source ?? Source(), member, isShared, _services).Within();
        return new FlowWorker(flow, member, observer, rewound);
    }

    public async Task PutAsync(params string[] ids) => await Documents.WriteAsync(
        [.. ids.Select(id => new DocumentWrite
        {
            Kind = WriteKind.Put,
            Id = id,
            Collection = id.StartsWith('o') ? "Orders" : "Others",
            Content = Encoding.UTF8.GetBytes("{}"),
        })],
        CancellationToken.None);

    /// <summary>Moves the cursor to the beginning, as an administrator does: whoever worked before is fenced.</summary>
    public async Task MoveAsync() => Progress = (await Store.SetCursorAsync(Id, ResumeToken.Beginning, CancellationToken.None))!;

    /// <summary>What the store holds of the failed items, by id.</summary>
    public async Task<IReadOnlyList<FailedItem>> ListAsync(FailedItemKind kind) => await Store.ListFailedItemsAsync(Id, kind, "", 100, CancellationToken.None);

    /// <summary>The stored progress.</summary>
    public async Task<SubscriptionProgress> ReadProgressAsync() =>
        (await Store.ListAsync(SubscriptionSamples.Database, CancellationToken.None)).Single().Progress;

    /// <summary>Replays all dead letters as an administrator does.</summary>
    public Task<IReadOnlyList<FailedItem>> ReplayAsync() => Flow.ReplayAsync(
        async () => await Store.ReplayDeadLettersAsync(Id, documents: null, Time.GetUtcNow(), CancellationToken.None));

    public SessionSource Begin(SubscriptionProgress granted) => throw new NotSupportedException("There are no sessions here.");

    public ValueTask<IReadOnlyList<FailedItem>> ListRetriesAsync(string afterId, int max, CancellationToken cancellationToken) =>
        Store.ListFailedItemsAsync(Id, FailedItemKind.Retry, afterId, max, cancellationToken);

    public Task StopAsync(string reason, CancellationToken cancellationToken)
    {
        Stopped = reason;
        return Task.CompletedTask;
    }

    public async ValueTask<ProgressOutcome> SaveAsync(ProgressUpdate update, CancellationToken cancellationToken)
    {
        var outcome = await Store.SaveProgressAsync(update, cancellationToken);
        if (outcome == ProgressOutcome.Saved) Progress = Progress with { Cursor = update.Cursor, AckedAbove = update.AckedAbove };
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await Documents.DisposeAsync();
        await Store.DisposeAsync();
        await _ticker.DisposeAsync();
    }

    private sealed class FakeView(FlowHarness harness) : IChangeView
    {
        public string? Collection => null;

        public bool HasIncludes => false;

        public bool RunsScripts => false;

        public Change? Apply(Change change) => harness.View(change);

        public void CollectIncludes(Change change, ICollection<string> ids)
        {
            // Nothing comes along.
        }
    }
}
