using Subscriptions.Core.Databases;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>What is told of the engine by looking at it. Disposing ends the looking; the instruments go with their meter.</summary>
internal sealed class EngineMetrics : IAsyncDisposable
{
    /// <summary>Makes the instruments.</summary>
    public EngineMetrics(ServerMeter meter, DatabaseCatalog databases, StreamServices streams, MetricsOptions options, TimeProvider time)
    {
        Sampler = new StoreSampler(databases, time);
        Databases = new DatabaseMetrics(meter.Meter, databases, Sampler);
        Subscriptions = new SubscriptionMetrics(meter.Meter, databases, Sampler, options.Subscriptions);
        FeedMetrics.Create(meter.Meter, streams.Feeds);
        StreamMetrics.Create(meter.Meter, streams.Figures);
    }

    /// <summary>Knows what only the stores know.</summary>
    public StoreSampler Sampler { get; }

    /// <summary>The databases.</summary>
    public DatabaseMetrics Databases { get; }

    /// <summary>The subscriptions.</summary>
    public SubscriptionMetrics Subscriptions { get; }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Sampler.DisposeAsync();
}
