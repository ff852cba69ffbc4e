using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Subscriptions.Client;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Telemetry.Export;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Telemetry.Tests;

/// <summary>The real server over stores in memory, exporting as environment variables say, and the .NET client on it.</summary>
internal sealed class TelemetryServer : IAsyncDisposable
{
    private readonly RunningServer _server;
    private bool _isStopped;

    private TelemetryServer(RunningServer server, WarningSink warnings)
    {
        _server = server;
        Warnings = warnings;
        Client = new SubscriptionsClient(new SubscriptionsClientOptions { Address = server.Grpc });
    }

    public SubscriptionsClient Client { get; }

    /// <summary>Warnings and errors that it logged.</summary>
    public WarningSink Warnings { get; }

    public static async Task<TelemetryServer> StartAsync(params (string Name, string Value)[] environment)
    {
        // Soon, rather than when a batch is full or the server stops.
        var variables = new Hashtable
        {
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "50",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
        };
        foreach (var (name, value) in environment) variables[name] = value;
        var export = ExportSettingsReader.Read(variables, out var errors);
        Assert.Empty(errors);
        var settings = new ServerSettings
        {
            Server = new ServerOptions { Grpc = BindAddress.Loopback(0), Http = BindAddress.Loopback(0) },
            Export = export,
        };
        var stores = new EngineStores(new FakeDocumentStoreProvider(timeProvider: TimeProvider.System), new FakeSubscriptionStore(), "memory");
        var warnings = new WarningSink();
        var server = await RunningServer.StartAsync(
            stores,
            settings,
            TimeProvider.System,
            builder =>
            {
                builder.Services.RemoveAll<ILoggerProvider>();
                builder.Services.AddSingleton<ILoggerProvider>(warnings);
            },
            TestContext.Current.CancellationToken).Within();
        return new TelemetryServer(server, warnings);
    }

    /// <summary>Creates the database <c>shop</c> with the subscription <c>ship</c>.</summary>
    public async Task SetUpShopAsync(bool includeDeletes = false)
    {
        var ship = new SubscriptionDefinition("ship", "from Orders") { IncludeDeletes = includeDeletes };
        var cancellation = TestContext.Current.CancellationToken;
        await Client.Databases.CreateAsync("shop", cancellationToken: cancellation).Within();
        await Client.Subscriptions.CreateAsync("shop", ship, cancellationToken: cancellation).Within();
    }

    /// <summary>Puts an order.</summary>
    public Task PutAsync(string id) =>
        Client.Documents.PutAsync("shop", id, new { Total = 1 }, "Orders", cancellationToken: TestContext.Current.CancellationToken).Within();

    /// <summary>Reads and acks batches until nothing is left.</summary>
    public async Task<List<SubscriptionBatch>> DrainAsync()
    {
        var batches = new List<SubscriptionBatch>();
        await using var worker = Client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship") { CloseWhenDrained = true, WorkerName = "w" });
        await foreach (var batch in worker.ReadBatchesAsync(TestContext.Current.CancellationToken))
        {
            batches.Add(batch);
            await batch.AckAsync(TestContext.Current.CancellationToken).Within();
        }

        return batches;
    }

    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        await _server.DisposeAsync().Within();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Client.DisposeAsync();
    }
}
