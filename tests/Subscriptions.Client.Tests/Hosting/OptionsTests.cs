using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Hosting;

/// <summary>Whatever is wrong with options is said at once, and before anything runs.</summary>
public sealed class OptionsTests
{
    private static readonly string[] ClientProperties =
    [
        nameof(SubscriptionsClientOptions.Address), nameof(SubscriptionsClientOptions.ConnectTimeout),
        nameof(SubscriptionsClientOptions.RequestTimeout), nameof(SubscriptionsClientOptions.KeepAliveInterval),
        nameof(SubscriptionsClientOptions.MaxMessageBytes),
    ];

    private static readonly string[] WorkerProperties =
    [
        nameof(SubscriptionWorkerOptions.Database), nameof(SubscriptionWorkerOptions.Subscription), nameof(SubscriptionWorkerOptions.WorkerName),
        nameof(SubscriptionWorkerOptions.Strategy), nameof(SubscriptionWorkerOptions.MaxDocs), nameof(SubscriptionWorkerOptions.MaxBytes),
        nameof(SubscriptionWorkerOptions.Window), nameof(SubscriptionWorkerOptions.MaxReconnectDelay),
        nameof(SubscriptionWorkerOptions.CloseTimeout), nameof(SubscriptionWorkerOptions.MaxErroneousPeriod),
        nameof(SubscriptionWorkerOptions.ExtendBatchesFor),
    ];

    private static readonly string[] HandlerProperties =
    [
        nameof(SubscriptionHandlerOptions.OnHandlerError), nameof(SubscriptionHandlerOptions.OnEnd),
        nameof(SubscriptionHandlerOptions.RetryDelay), nameof(SubscriptionHandlerOptions.MaxRetryDelay),
        nameof(SubscriptionHandlerOptions.DrainTimeout),
    ];

    [Fact]
    public void Client_EverythingWrong_ListsAllErrors()
    {
        var options = new SubscriptionsClientOptions();
        Spoil(options);

        var failure = Assert.Throws<ArgumentException>(() => new SubscriptionsClient(options));

        AssertNames(failure.Message, "SubscriptionsClientOptions", ClientProperties);
        Assert.Contains("ConnectTimeout is 00:00:00; it must be from 00:00:00.1000000 to 00:05:00.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Worker_EverythingWrong_ListsAllErrors()
    {
        using var client = new SubscriptionsClient(new Uri("http://127.0.0.1:1"));
        var options = new SubscriptionWorkerOptions();
        Spoil(options);

        var failure = Assert.Throws<ArgumentException>(() => client.OpenWorker(options));

        AssertNames(failure.Message, "SubscriptionWorkerOptions", WorkerProperties);
        Assert.Contains("Window is 65; it must be from 1 to 64.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_EverythingWrong_ListsAllErrorsAndDoesNotStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSubscriptionsClient(Spoil);
        builder.AddSubscriptionWorker<NoHandler>(o =>
        {
            Spoil(o);
            o.OnHandlerError = (HandlerErrorAction)9;
            o.OnEnd = (WorkerEndAction)9;
            o.RetryDelay = TimeSpan.FromHours(2);
            o.MaxRetryDelay = TimeSpan.FromHours(1);
            o.DrainTimeout = TimeSpan.FromSeconds(-1);
        });
        using var host = builder.Build();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken).Within());

        var failures = failure is AggregateException several ? several.InnerExceptions : [failure];
        var messages = failures.Cast<OptionsValidationException>().SelectMany(e => e.Failures).ToArray();
        Assert.Equal(ClientProperties.Length + WorkerProperties.Length + HandlerProperties.Length, messages.Length);
        var all = string.Join("\n", messages);
        AssertNames(all, "SubscriptionsClientOptions", ClientProperties);
        AssertNames(all, "SubscriptionHandlerOptions", [.. WorkerProperties, .. HandlerProperties]);
    }

    [Theory]
    [InlineData("ftp://server")]
    [InlineData("http://server/path")]
    [InlineData("http://server/?query")]
    [InlineData("server/relative")]
    public void Client_AddressThatIsNone_NamesIt(string address)
    {
        var options = new SubscriptionsClientOptions { Address = new Uri(address, UriKind.RelativeOrAbsolute) };

        var failure = Assert.Throws<ArgumentException>(() => new SubscriptionsClient(options));

        Assert.Contains($"'{options.Address}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_OfAll_AreValid()
    {
        Assert.Empty(new SubscriptionsClientOptions().Validate());
        Assert.Empty(new SubscriptionWorkerOptions("shop", "ship").Validate());
        Assert.Empty(new SubscriptionHandlerOptions { Database = "shop", Subscription = "ship" }.Validate());
        Assert.Empty(new BulkWriterOptions().Validate());
    }

    [Fact]
    public void BulkWriter_EverythingWrong_ListsAllErrors()
    {
        using var client = new SubscriptionsClient(new Uri("http://127.0.0.1:1"));
        var options = new BulkWriterOptions { MaxBytes = 1, MaxInFlight = 0, MaxOperations = 10_001 };

        var failure = Assert.Throws<ArgumentException>(() => client.Documents.OpenBulkWriter("shop", options));

        AssertNames(
            failure.Message, "BulkWriterOptions", [nameof(options.MaxBytes), nameof(options.MaxInFlight), nameof(options.MaxOperations)]);
    }

    [Fact]
    public async Task Host_WorkerWithAKey_UsesTheClientOfThatKey()
    {
        await using var other = await ScriptedServer.StartAsync();
        await using var server = await ScriptedServer.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSubscriptionsClient(o => o.Address = other.Address);
        builder.Services.AddSubscriptionsClient("second", o => o.Address = server.Address);
        foreach (var subscription in new[] { "ship", "bill" })
        {
            builder.AddSubscriptionWorker<NoHandler>(o =>
            {
                o.Database = "shop";
                o.Subscription = subscription;
                o.ClientKey = "second";
            });
        }

        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken).Within();

        var opened = new[] { await OpenAsync(server), await OpenAsync(server) };

        Assert.Equal(["bill", "ship"], opened.Order());
        other.AssertNoFurtherCall();
        await host.StopAsync(TestContext.Current.CancellationToken).Within();

        static async Task<string> OpenAsync(ScriptedServer server) => (await (await server.AcceptAsync()).OpenAsync()).Subscription;
    }

    [Fact]
    public async Task Host_ClientKeyThatIsNotRegistered_DoesNotStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSubscriptionWorker<NoHandler>(o =>
        {
            o.Database = "shop";
            o.Subscription = "ship";
            o.ClientKey = "nowhere";
        });
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(TestContext.Current.CancellationToken).Within());

        Assert.Contains(nameof(SubscriptionsClient), failure.Message, StringComparison.Ordinal);
    }

    private static void Spoil(SubscriptionsClientOptions options)
    {
        options.Address = null!;
        options.ConnectTimeout = TimeSpan.Zero;
        options.RequestTimeout = TimeSpan.FromDays(1);
        options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        options.MaxMessageBytes = 1;
    }

    private static void Spoil(SubscriptionWorkerOptions options)
    {
        options.Database = new string('x', 239);
        options.Subscription = " ";
        options.WorkerName = null!;
        options.Strategy = (OpeningStrategy)9;
        options.MaxDocs = 4097;
        options.MaxBytes = 0;
        options.Window = 65;
        options.MaxReconnectDelay = TimeSpan.FromHours(1);
        options.CloseTimeout = TimeSpan.FromSeconds(-1);
        options.MaxErroneousPeriod = TimeSpan.FromSeconds(-7);
        options.ExtendBatchesFor = TimeSpan.FromSeconds(-7);
    }

    private static void AssertNames(string text, string type, IEnumerable<string> properties) =>
        Assert.All(properties, p => Assert.Contains($"{type}.{p} ", text, StringComparison.Ordinal));

    private sealed class NoHandler : ISubscriptionHandler
    {
        public Task HandleAsync(SubscriptionBatch batch, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
