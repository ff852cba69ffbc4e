using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>A server on a free port whose every word is the test's.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ScriptedInbox _inbox;

    private ScriptedServer(WebApplication app, ScriptedInbox inbox)
    {
        _app = app;
        _inbox = inbox;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    /// <summary>What answers single requests about documents.</summary>
    public ScriptedDocuments Documents => _inbox.Documents;

    /// <summary>What answers single requests about anything else.</summary>
    public ScriptedAnswers Answers => _inbox.Answers;

    /// <summary>Completes when whoever watched a subscription has gone.</summary>
    public Task WatchLeft => _inbox.WatchLeft.Task;

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();

        // Calls that a test has left open are not waited for.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
        var inbox = new ScriptedInbox();
        builder.Services.AddSingleton(inbox);
        var app = builder.Build();
        app.MapGrpcService<ScriptedSubscriptionService>();
        app.MapGrpcService<ScriptedDocumentService>();
        app.MapGrpcService<ScriptedSubscriptionAdminService>();
        app.MapGrpcService<ScriptedDeadLetterService>();
        app.MapGrpcService<ScriptedQueryService>();
        app.MapGrpcService<ScriptedMonitoringService>();
        app.MapGrpcService<ScriptedChangeService>();
        app.MapGrpcService<ScriptedStreamService>();
        await app.StartAsync(TestContext.Current.CancellationToken).Within();
        return new ScriptedServer(app, inbox);
    }

    /// <summary>The next conversation that a worker begins.</summary>
    public async Task<ScriptedCall> AcceptAsync() => await _inbox.Work.Reader.ReadAsync().Within();

    /// <summary>The next conversation, opened.</summary>
    public async Task<ScriptedCall> AcceptOpenAsync(V1.WorkOpened? opened = null)
    {
        var call = await AcceptAsync();
        await call.OpenAsync(opened);
        return call;
    }

    /// <summary>The next bulk writer.</summary>
    public async Task<ScriptedBulkCall> AcceptBulkAsync() => await _inbox.Bulk.Reader.ReadAsync().Within();

    /// <summary>The next feed that somebody follows.</summary>
    public async Task<ScriptedFeed> AcceptFeedAsync() => await _inbox.Feeds.Reader.ReadAsync().Within();

    /// <summary>The next connection of partition streams.</summary>
    public async Task<ScriptedConnection> AcceptConnectionAsync() => await _inbox.Connections.Reader.ReadAsync().Within();

    /// <summary>The next connection of partition streams, opened.</summary>
    public async Task<ScriptedConnection> AcceptOpenConnectionAsync(int partitions = 1)
    {
        var connection = await AcceptConnectionAsync();
        await connection.OpenAsync(partitions);
        return connection;
    }

    /// <summary>Says something, or fails, to who watches partitions.</summary>
    public void TellReady(Func<V1.WatchPartitionsResponse> say) => _inbox.Ready.Writer.TryWrite(say);

    /// <summary>Says something to who watches a subscription.</summary>
    public void Tell(V1.WatchSubscriptionResponse response) => _inbox.Watched.Writer.TryWrite(() => response);

    /// <summary>Ends a live view of a subscription: in order, or with a failure.</summary>
    public void EndWatch(Exception? failure = null)
    {
        if (failure is not null) _inbox.Watched.Writer.TryWrite(() => throw failure);
        _inbox.Watched.Writer.TryComplete();
    }

    /// <summary>No further worker has called by now.</summary>
    public void AssertNoFurtherCall() => Assert.False(_inbox.Work.Reader.TryPeek(out _), "A worker called again.");

    /// <summary>A client of this server.</summary>
    public SubscriptionsClient Connect(TimeProvider? time = null, Random? random = null) =>
        new(new SubscriptionsClientOptions { Address = Address }, timeProvider: time, random: random);

    /// <summary>A worker that reads from this server.</summary>
    public WorkerReader Read(Action<SubscriptionWorkerOptions>? configure = null, TimeProvider? time = null, Random? random = null) =>
        new(Connect(time, random ?? new FixedRandom(0)), configure);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)).Within();
        await _app.DisposeAsync().Within();
    }
}
