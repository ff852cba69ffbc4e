using Grpc.Health.V1;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Subscriptions.Server.Grpc;
using Subscriptions.Server.Grpc.Standard;
using Subscriptions.Server.Http;
using Subscriptions.Server.Http.CouchDb;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Telemetry;
using Subscriptions.Server.Telemetry.Export;

namespace Subscriptions.Server.Hosting;

/// <summary>A server that listens. Disposing stops it: workers are told to reconnect, what is under way is written, stores are closed.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    // What the network may take to end, after those who are connected had their time; then connections are cut.
    private static readonly TimeSpan NetworkTime = TimeSpan.FromMilliseconds(300);

    private readonly Engine _engine;
    private readonly WebApplication _app;
    private readonly TelemetryExport? _export;

    private RunningServer(Engine engine, WebApplication app, TelemetryExport? export)
    {
        _engine = engine;
        _app = app;
        _export = export;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

        // In the order of the endpoints.
        Grpc = new Uri(addresses.First());
        Http = new Uri(addresses.Last());
    }

    /// <summary>Where gRPC is served.</summary>
    public Uri Grpc { get; }

    /// <summary>Where HTTP is served.</summary>
    public Uri Http { get; }

    /// <summary>What the server is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The engine.</summary>
    public Engine Engine => _engine;

    /// <summary>Starts a server over open stores, which then belong to it, also when it cannot start.</summary>
    /// <param name="stores">The stores.</param>
    /// <param name="settings">Checked settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="configure">Changes the host before it is built; null: nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Core.Documents.StoreException">A database cannot be opened.</exception>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    public static async Task<RunningServer> StartAsync(
        EngineStores stores,
        ServerSettings settings,
        TimeProvider time,
        Action<WebApplicationBuilder>? configure,
        CancellationToken cancellationToken)
    {
        var engine = await Engine.OpenAsync(stores, settings, time, cancellationToken);
        WebApplication? app = null;
        TelemetryExport? export = null;
        try
        {
            if (settings.Export is { } where) export = TelemetryExport.Start(where, settings.Server.Node);
            app = Build(engine, settings, export, configure);
            await app.StartAsync(cancellationToken);
            app.Services.GetRequiredService<ServingState>().Start();
            app.Services.GetRequiredService<HealthStatuses>().SetAll(HealthCheckResponse.Types.ServingStatus.Serving);
            return new RunningServer(engine, app, export);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            await engine.DisposeAsync();
            if (export is not null) await export.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until somebody asks the process to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        finally
        {
            await CloseAsync();
        }
    }

    // Stores first: a collector may take its time.
    private async Task CloseAsync()
    {
        try
        {
            await _engine.DisposeAsync();
        }
        finally
        {
            if (_export is not null) await _export.DisposeAsync();
        }
    }

    private static WebApplication Build(
        Engine engine, ServerSettings settings, TelemetryExport? export, Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "subscriptions-server" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => KestrelSetup.Configure(kestrel, settings));
        builder.Logging.AddServerLog(settings.Server.LogLevel);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.Server.ShutdownTime + NetworkTime);
        builder.Services.AddRoutingCore();
        builder.Services.AddSubscriptionsEngine(engine, settings);
        builder.Services.AddGrpcFace(settings);
        builder.Services.AddCouchFace(settings, engine.Identity);
        builder.Services.AddMetricsPage(engine, settings);
        configure?.Invoke(builder);
        export?.AddTo(builder.Logging);

        var app = builder.Build();
        export?.TellFailures(app.Services.GetRequiredService<ILogger<TelemetryExport>>());
        var requests = app.Services.GetRequiredService<ActiveRequests>();
        app.Use((context, next) =>
        {
            requests.Enter(context.Response);
            return next(context);
        });
        app.UsePreflights();
        app.UseRouting();
        app.MapGrpcFace(settings);
        app.MapHttpFace();
        return app;
    }
}
