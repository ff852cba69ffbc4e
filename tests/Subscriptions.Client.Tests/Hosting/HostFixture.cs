using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Hosting;

/// <summary>A host with one worker whose handler is the test's. Puts the process's exit code back when it is disposed of.</summary>
internal sealed class HostFixture : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly int _exitCode;

    private HostFixture(IHost host)
    {
        _host = host;
        _exitCode = Environment.ExitCode;
    }

    /// <summary>Completes when the host is told to stop.</summary>
    public Task Stopping
    {
        get
        {
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
            return stopping.Task;
        }
    }

    /// <summary>Completes when the worker has ended.</summary>
    public Task WorkerEnded => _host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single().ExecuteTask!;

    public HandlerScript Script => _host.Services.GetRequiredService<HandlerScript>();

    public bool IsStopping => Lifetime.ApplicationStopping.IsCancellationRequested;

    private IHostApplicationLifetime Lifetime => _host.Services.GetRequiredService<IHostApplicationLifetime>();

    public static Task<HostFixture> StartAsync(
        ScriptedServer server,
        Func<SubscriptionBatch, CancellationToken, Task> handle,
        Action<SubscriptionHandlerOptions>? configure = null) => StartAsync(server, builder =>
        {
            builder.Services.AddSingleton(new HandlerScript(handle));
            builder.Services.AddScoped<ScopeProbe>();
            builder.AddSubscriptionWorker<ScriptedHandler>(o => Configure(o, configure));
        });

    /// <summary>A host whose handler gets one item at a time.</summary>
    public static Task<HostFixture> StartItemsAsync(
        ScriptedServer server,
        Func<SubscriptionItem, SubscriptionBatch, CancellationToken, Task> handle,
        Action<SubscriptionHandlerOptions>? configure = null) => StartAsync(server, builder =>
        {
            builder.Services.AddSingleton(new ItemHandlerScript(handle));
            builder.AddSubscriptionItemWorker<ScriptedItemHandler>(o => Configure(o, configure));
        });

    public Task StopAsync() => _host.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync().Within();
        _host.Dispose();
        Environment.ExitCode = _exitCode;
    }

    private static void Configure(SubscriptionHandlerOptions options, Action<SubscriptionHandlerOptions>? configure)
    {
        options.Database = "shop";
        options.Subscription = "ship";
        configure?.Invoke(options);
    }

    private static async Task<HostFixture> StartAsync(ScriptedServer server, Action<IHostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSubscriptionsClient(o => o.Address = server.Address);
        add(builder);
        var fixture = new HostFixture(builder.Build());
        await fixture._host.StartAsync(TestContext.Current.CancellationToken).Within();
        return fixture;
    }
}
