using Microsoft.Extensions.DependencyInjection.Extensions;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Hosting;

/// <summary>Gives faces the engine.</summary>
internal static class EngineServices
{
    /// <summary>Adds an open engine, which stays the caller's, its settings, and what runs beside it.</summary>
    public static IServiceCollection AddSubscriptionsEngine(this IServiceCollection services, Engine engine, ServerSettings settings)
    {
        services.TryAddSingleton(engine.Sessions.Time);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Limits);
        services.AddSingleton(engine.Databases);
        services.AddSingleton(engine.Sessions);
        services.AddSingleton<ServingState>();
        services.AddSingleton(provider => new FeedServices(
            engine.Sessions.Ticker, engine.Sessions.Time, settings.Limits.FeedListeners, provider.GetRequiredService<ServingState>().Stopping));
        services.AddSingleton<StallWatch>();
        services.AddSingleton(provider => new StreamServices(
            provider.GetRequiredService<FeedServices>(), settings.Limits.StreamConnections, settings.Limits.PartitionStreams));
        services.AddSingleton<StreamConnections>();
        services.AddSingleton<ActiveRequests>();
        services.AddHostedService<ShutdownService>();
        services.AddHostedService<SweeperService>();
        return services;
    }
}
