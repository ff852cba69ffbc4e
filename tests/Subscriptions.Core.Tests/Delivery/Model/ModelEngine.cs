using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;

namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>One life of the real engine, from its start to its kill, over stores that outlive it. Everything runs on the loop.</summary>
internal sealed class ModelEngine
{
    private const string Name = "ship";

    private readonly SessionServices _services;
    private readonly DatabaseCatalog _catalog;
    private readonly ISubscriptionStore _store;
    private readonly FakeDisk _disk;
    private readonly Random _random;

    private ModelEngine(
        DatabaseCatalog catalog, FakeDisk disk, ISubscriptionStore store, SubscriptionLeaseManager leases, FakeTimeProvider time, Random random)
    {
        _disk = disk;
        _catalog = catalog;
        _store = store;
        _random = random;
        Time = time;
        var timing = new DeliveryOptions { ScanSaveDocuments = 5, MaxRetries = 3 };
        _services = new SessionServices(leases, new SharedTicker(time), timing, time) { Jitter = random.NextDouble };
    }

    public ModelLoop Loop { get; private init; } = null!;

    public FakeTimeProvider Time { get; }

    public Database Shop => _catalog.Get("shop");

    public SubscriptionRegistry Subscriptions => Shop.Subscriptions;

    private SubscriptionEntry Entry => Subscriptions.Get(Name);

    /// <summary>Starts an engine over what is on the disk and in the store.</summary>
    public static ModelEngine Start(FakeDisk disk, FakeSubscriptionStore durable, DateTimeOffset now, int partitions, Random random)
    {
        var settings = new DatabaseSettings { Revisions = RevisionSettings.None.With("Orders", new CollectionRevisions()) };
        var loop = new ModelLoop();
        SynchronizationContext.SetSynchronizationContext(loop);
        var time = new FakeTimeProvider(now);
        var store = new YieldingSubscriptionStore(durable.Reopen());
        var leases = new SubscriptionLeaseManager(store);
        var catalog = new DatabaseCatalog(
            new FakeDocumentStoreProvider(disk, time), new RegistryServices(store, leases, 100, time), new DatabaseCatalogOptions { TailBytes = 300 });
        loop.Complete(catalog.OpenAllAsync(CancellationToken.None), random);
        loop.Complete(catalog.CreateAsync(DatabaseName.Parse("shop"), partitions, settings, CancellationToken.None), random);
        return new ModelEngine(catalog, disk, store, leases, time, random) { Loop = loop };
    }

    public void Create(SubscriptionDefinition definition) =>
        Complete(Subscriptions.CreateAsync(definition with { Database = Shop.Info.Name, Name = Name }, new StartPoint.Beginning(), CancellationToken.None));

    public void Complete(Task task) => Loop.Complete(task, _random);

    public void Write(WriteKind kind, string id, string content) => Complete(Shop.WriteAsync(
        [new DocumentWrite { Kind = kind, Id = id, Collection = "Orders", Content = kind == WriteKind.Put ? Encoding.UTF8.GetBytes(content) : default }],
        CancellationToken.None).AsTask());

    /// <summary>Connects a worker; false when the subscription does not take any.</summary>
    public bool Connect(ModelWorker worker, SessionOptions options)
    {
        try
        {
            var runner = new WorkerSessionRunner(
                Subscriptions.Open(Name), _services, worker, new WorkerInfo(worker.Name, "here", worker.Strategy, Time.GetUtcNow()), options);
            worker.Conversation = ConverseAsync(worker, runner);
            return true;
        }
        catch (EngineException e) when (e.Code == ErrorCode.SubscriptionDisabled)
        {
            return false;
        }
    }

    /// <summary>Whether a worker still has its lease; one that was ended may not have heard of it yet.</summary>
    public bool HasLease(ModelWorker worker) => Subscriptions.GetWorkers(Entry).Holders.Any(h => h.Token?.Value == worker.Token);

    public IReadOnlyList<FailedItem> Failed(FailedItemKind kind) => Answer(_store.ListFailedItemsAsync(Entry.Id, kind, "", 1000, default).AsTask());

    public void Check(ModelOracle oracle)
    {
        // Nothing happens between two looks.
        var isSlow = _disk.IsSlow;
        _disk.IsSlow = false;
        var id = Entry.Id;
        var stored = Answer(_store.ListAsync(Shop.Info.Name, default).AsTask()).Single(s => s.Id == id);
        oracle.Check(stored.Progress, Failed(FailedItemKind.Retry), Failed(FailedItemKind.DeadLetter), [.. Owed(stored.Definition)]);
        _disk.IsSlow = isSlow;
    }

    public long Lag => Subscriptions.GetLag(Entry);

    // Those of the engine's own answers are complete at once; those that wait have nothing else to wait for than the loop.
    private T Answer<T>(Task<T> task)
    {
        Complete(task);
        return task.GetAwaiter().GetResult();
    }

    private IEnumerable<Change> Owed(SubscriptionDefinition definition)
    {
        var limits = new ReadLimits(1000, long.MaxValue);
        var isRevisions = definition.Query.Contains("Revisions", StringComparison.Ordinal);
        foreach (var partition in Shop.Feed.Partitions.Select(p => p.Partition))
        {
            var read = isRevisions ? Shop.Feed.ReadRevisionsAsync(partition, 0, limits, default) : Shop.Feed.ReadAsync(partition, 0, limits, default);
            foreach (var change in Answer(read.AsTask()).Changes)
            {
                var isOwed = isRevisions || (change.IsTombstone ? definition.IncludeDeletes : Encoding.UTF8.GetString(change.Content.Span).Contains("true", StringComparison.Ordinal));
                if (isOwed) yield return change;
            }
        }
    }

    private static async Task ConverseAsync(ModelWorker worker, WorkerSessionRunner runner)
    {
        await Task.Yield();
        try
        {
            await runner.RunAsync(CancellationToken.None);
        }
        catch (EngineException e) when (e.Code is not (ErrorCode.Internal or ErrorCode.ProtocolViolation))
        {
            // One of the ways in which conversations end.
            worker.End = e.Message;
        }
        finally
        {
            worker.IsGone = true;
        }
    }
}
