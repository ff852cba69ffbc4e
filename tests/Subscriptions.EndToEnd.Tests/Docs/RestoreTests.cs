using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>What docs/operations.md says about backups that are put back.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const int TimeLimit = 60_000;

    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess _server;
    private SubscriptionsClient _client = null!;

    public RestoreTests() => _server = new ServerProcess(_folder["data"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A backup with orders 1 to 3 acked, and a server that stopped after 4 to 6 were acked too.</summary>
    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _client = new SubscriptionsClient(_server.Address);
        await _client.Databases.CreateAsync("shop", cancellationToken: Cancellation);
        await _client.Subscriptions.CreateAsync("shop", new SubscriptionDefinition("ship", "from Orders"), cancellationToken: Cancellation);
        await WriteAsync(1, 3);
        Assert.Equal([1, 2, 3], await WorkAsync());
        Assert.Equal(0, await _server.StopAsync());
        Copy(_folder["data"], _folder["backup"]);

        await StartAsync();
        await WriteAsync(4, 6);
        Assert.Equal([4, 5, 6], await WorkAsync());
        Assert.Equal(0, await _server.StopAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restore_WholeFolder_WorkersGoOnFromTheBackup()
    {
        Directory.Delete(_folder["data"], recursive: true);
        Copy(_folder["backup"], _folder["data"]);
        await StartAsync();
        await WriteAsync(7, 8);

        Assert.Equal([7, 8], await WorkAsync());
        Assert.Null(await _client.Documents.GetAsync("shop", "orders/4", Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restore_OneDatabaseAndAWorkerComesFirst_RewindsTheCursorForGood()
    {
        RestoreDatabase();
        await StartAsync();

        // The rewound cursor is durable: it still holds when new changes have passed the one that it took the place of.
        Assert.Empty(await WorkAsync());
        await WriteAsync(7, 10);
        Assert.Equal([7, 8, 9, 10], await WorkAsync());
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private void RestoreDatabase()
    {
        var file = Path.Combine("databases", "shop.db");
        File.Copy(Path.Combine(_folder["backup"], file), Path.Combine(_folder["data"], file), overwrite: true);
    }

    // A client's channel fails calls for a moment after its server was away.
    private async Task StartAsync()
    {
        await _server.StartAsync();
        await _client.DisposeAsync();
        _client = new SubscriptionsClient(_server.Address);
    }

    private async Task WriteAsync(int first, int last) => await _client.Documents.WriteAsync(
        "shop",
        Enumerable.Range(first, last - first + 1).Select(n => DocumentOperation.Put($"orders/{n}", new Order(n), "Orders")),
        Cancellation);

    private async Task<IReadOnlyList<int>> WorkAsync()
    {
        var numbers = new List<int>();
        await using var worker = _client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship") { CloseWhenDrained = true });
        await foreach (var batch in worker.ReadBatchesAsync(Cancellation))
        {
            numbers.AddRange(batch.Items.Select(item => item.As<Order>().Number));
            await batch.AckAsync(Cancellation);
        }

        return numbers;
    }

    private sealed record Order(int Number);
}
