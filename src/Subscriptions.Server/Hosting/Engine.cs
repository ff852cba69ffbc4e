using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Scripting;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Telemetry.Instruments;

namespace Subscriptions.Server.Hosting;

/// <summary>The engine, put together over open stores. Disposing writes what is under way and closes them.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly EngineStores _stores;

    private Engine(EngineStores stores, DatabaseCatalog databases, SessionServices sessions)
    {
        _stores = stores;
        Databases = databases;
        Sessions = sessions;
    }

    /// <summary>All databases.</summary>
    public DatabaseCatalog Databases { get; }

    /// <summary>What workers' conversations use.</summary>
    public SessionServices Sessions { get; }

    /// <summary>What the engine reports to.</summary>
    public ServerMeter Meter => _stores.Meter;

    /// <summary>Which server this is; see <see cref="EngineStores.Identity"/>.</summary>
    public string Identity => _stores.Identity;

    /// <summary>Where the data is, for people.</summary>
    public string Location => _stores.Location;

    /// <summary>Opens every database; the stores then belong to the engine, and are closed if that fails.</summary>
    public static async Task<Engine> OpenAsync(
        EngineStores stores, ServerSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var limits = settings.Limits;
        var leases = new SubscriptionLeaseManager(stores.Subscriptions);
        var registry = new RegistryServices(stores.Subscriptions, leases, limits.SubscriptionsPerDatabase, time)
        {
            Queries = new QueryCompiler(limits.Queries, time, new JintScriptEngine(time)),
        };
        var options = new DatabaseCatalogOptions { MaxDatabases = limits.Databases, TailBytes = limits.TailBytes };
        var databases = new DatabaseCatalog(stores.Documents, registry, options);
        var sessions = new SessionServices(leases, new SharedTicker(time), settings.Delivery, time) { Observer = stores.Meter.Delivery };
        var engine = new Engine(stores, databases, sessions);
        try
        {
            await databases.OpenAllAsync(cancellationToken);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Sessions.Ticker.DisposeAsync();
        await Databases.DisposeAsync();
        await _stores.DisposeAsync();
    }
}
