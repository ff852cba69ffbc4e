using System.Globalization;
using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>A server for the tests of one class; each test has a database of its own.</summary>
public sealed class CliServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess _server;
    private int _databases;

    public CliServer() => _server = new ServerProcess(_folder["data"]);

    /// <summary>Where it listens.</summary>
    public Uri Address => _server.Address;

    /// <summary>Makes a database.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = NewName();
        await using var client = new SubscriptionsClient(Address);
        await client.Databases.CreateAsync(name, cancellationToken: TestContext.Current.CancellationToken);
        return name;
    }

    /// <summary>A name that no database has.</summary>
    public string NewName() => string.Create(CultureInfo.InvariantCulture, $"db{Interlocked.Increment(ref _databases)}");

    /// <summary>Makes a database with a subscription to a collection, and orders in it: <c>orders/1</c> and so on.</summary>
    /// <returns>The database's name.</returns>
    public async Task<string> CreateSubscriptionAsync(string subscription, int orders)
    {
        var name = await CreateDatabaseAsync();
        await using var client = new SubscriptionsClient(Address);
        var definition = new SubscriptionDefinition(subscription, "from Orders");
        await client.Subscriptions.CreateAsync(name, definition, cancellationToken: TestContext.Current.CancellationToken);
        if (orders > 0) await WriteOrdersAsync(name, 1, orders);
        return name;
    }

    /// <summary>A worker nacks all items of the one batch that there is, acks the rest, which is nothing, and leaves.</summary>
    public async Task FailAllAsync(string database, string subscription, string reason)
    {
        await using var client = new SubscriptionsClient(Address);
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions(database, subscription) { WorkerName = "packer" });
        await foreach (var batch in worker.ReadBatchesAsync(TestContext.Current.CancellationToken))
        {
            foreach (var item in batch.Items) await batch.NackItemAsync(item, reason, cancellationToken: TestContext.Current.CancellationToken);
            await batch.AckAsync(TestContext.Current.CancellationToken);
            break;
        }
    }

    /// <summary>Writes orders.</summary>
    public async Task WriteOrdersAsync(string database, int first, int count)
    {
        await using var client = new SubscriptionsClient(Address);
        var operations = Enumerable.Range(first, count).Select(n => DocumentOperation.Put($"orders/{n}", new { Number = n }, "Orders"));
        await client.Documents.WriteAsync(database, operations, TestContext.Current.CancellationToken);
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Runs <c>subs</c> against this server.</summary>
    internal Task<SubsResult> SubsAsync(params string[] arguments) => SubsProcess.RunAsync(Address, arguments);

    /// <summary>Kills the server, for good.</summary>
    internal Task KillAsync() => _server.KillAsync();

    /// <summary>Kills the server and starts it again.</summary>
    internal async Task KillAndRestartAsync()
    {
        await _server.KillAsync();
        await _server.StartAsync();
    }
}
