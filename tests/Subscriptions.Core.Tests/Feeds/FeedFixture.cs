using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Feeds;

/// <summary>One database "shop" in memory, on a clock that stands still, and feeds of it.</summary>
internal sealed class FeedFixture : IAsyncDisposable
{
    private readonly SharedTicker _ticker;
    private readonly CancellationTokenSource _stopping = new();

    private FeedFixture(DatabaseCatalog catalog, FakeTimeProvider time, int maxListeners)
    {
        Catalog = catalog;
        Time = time;
        _ticker = new SharedTicker(time);
        Services = new FeedServices(_ticker, time, maxListeners, _stopping.Token);
    }

    public DatabaseCatalog Catalog { get; }

    public FakeTimeProvider Time { get; }

    public FeedServices Services { get; }

    public Database Shop => Catalog.Get("shop");

    public static async Task<FeedFixture> StartAsync(int partitions = 1, int maxListeners = 10, int tailBytes = 5_000)
    {
        var time = new FakeTimeProvider();
        var store = new FakeSubscriptionStore();
        var registry = new RegistryServices(store, new SubscriptionLeaseManager(store), 100, time);
        var catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(timeProvider: time), registry, new DatabaseCatalogOptions { TailBytes = tailBytes });
        await catalog.CreateAsync(DatabaseName.Parse("shop"), partitions, new DatabaseSettings(), CancellationToken.None);
        return new FeedFixture(catalog, time, maxListeners);
    }

    public Task PutAsync(params IEnumerable<string> ids) => PutInAsync("Orders", "{}", ids);

    public async Task PutInAsync(string collection, string content, params IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            await Shop.WriteAsync(
                [new DocumentWrite { Kind = WriteKind.Put, Id = id, Collection = collection, Content = Encoding.UTF8.GetBytes(content) }], CancellationToken.None);
        }
    }

    /// <summary>Puts documents, a thousand a request.</summary>
    public async Task PutManyAsync(IEnumerable<string> ids)
    {
        foreach (var some in ids.Chunk(1000))
        {
            await Shop.WriteAsync(
                [.. some.Select(id => new DocumentWrite { Kind = WriteKind.Put, Id = id, Collection = "Orders", Content = "{}"u8.ToArray() })], CancellationToken.None);
        }
    }

    public async Task DeleteAsync(string id) => await Shop.DeleteDocumentAsync(id, ExpectedRevision.Any, CancellationToken.None);

    public ResumeToken Now() => ResumeToken.Now(Shop.Feed.Partitions);

    public void Stop() => _stopping.Cancel();

    public FeedSession Feed(FeedRequest request, IChangeView? view = null) => new(Shop.Feed, request, view, Services);

    /// <summary>A feed that runs.</summary>
    public (FakeSink Sink, Task<FeedEnd> End) Run(FeedRequest request, string? query = null, FakeSink? sink = null)
    {
        sink ??= new FakeSink();
        var feed = Feed(request, query is null ? null : new QueryCompiler().Compile(query).CreateView());
        return (sink, Task.Run(async () =>
        {
            using (feed) return await feed.RunAsync(sink, TestContext.Current.CancellationToken);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _ticker.DisposeAsync();
        await Catalog.DisposeAsync();
        _stopping.Dispose();
    }
}
