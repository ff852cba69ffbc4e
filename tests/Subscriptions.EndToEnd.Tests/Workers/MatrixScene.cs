using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>A subscription to two documents, who has it, and who comes then.</summary>
internal sealed class MatrixScene(CliServer server, string database) : IAsyncDisposable
{
    public const string HoldersName = "holder";
    public const string NewcomersName = "newcomer";

    private readonly SubscriptionsClient _administrator = new(server.Address);
    private TestWorker? _holder;
    private TestWorker? _newcomer;
    private SubscriptionBatch? _inHoldersHand;

    public TestWorker Holder => _holder!;

    public SubscriptionBatch InHoldersHand => _inHoldersHand!;

    public TestWorker Newcomer
    {
        get => _newcomer!;
        set => _newcomer = value;
    }

    /// <summary>The holder comes and takes the first document.</summary>
    public async Task HoldAsync(OpeningStrategy strategy)
    {
        _holder = new TestWorker(server.Address, database, HoldersName, strategy);
        _inHoldersHand = await _holder.NextAsync();
        Assert.Equal("orders/1", Assert.Single(_inHoldersHand.Items).Id);
    }

    /// <summary>The holder's ack counts, and on the same lease it gets the next document, which it keeps in hand.</summary>
    public async Task AssertHolderGoesOnAsync()
    {
        await InHoldersHand.AckAsync().Within();
        var next = await Holder.NextAsync();
        Assert.Equal(("orders/2", 1), (Assert.Single(next.Items).Id, next.FencingToken));
    }

    public async Task AssertWorkersAsync(string[] holders, string[] waiting)
    {
        var info = await GetAsync();
        Assert.Equal(holders, info.Workers.Select(worker => worker.Name));
        Assert.Equal(waiting, info.WaitingWorkers.Select(worker => worker.Name));
    }

    /// <summary>Who has it, since when, from where and how, as the server tells those who do not ask for it.</summary>
    public async Task<SubscriptionHolder> SeenByAdministratorsAsync(string name)
    {
        var worker = Assert.Single((await GetAsync()).Workers, worker => worker.Name == name);
        Assert.NotNull(worker.ConnectedAt);
        Assert.StartsWith("127.0.0.1:", worker.Address, StringComparison.Ordinal);
        return new SubscriptionHolder(worker.Name, worker.Address, worker.ConnectedAt, worker.Strategy);
    }

    public Task WriteTwoMoreAsync() => server.WriteOrdersAsync(database, first: 3, count: 2);

    public async ValueTask DisposeAsync()
    {
        if (_newcomer is not null) await _newcomer.DisposeAsync();
        if (_holder is not null) await _holder.DisposeAsync();
        await _administrator.DisposeAsync();
    }

    private Task<SubscriptionInfo> GetAsync() =>
        _administrator.Subscriptions.GetAsync(database, "ship", TestContext.Current.CancellationToken).Within();
}
