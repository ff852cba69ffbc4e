using System.Diagnostics.Metrics;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>
/// The meter of one server, and the instruments that are told things as they happen. There may be several servers in a process: each has a
/// meter of its own, all of the same name, told apart by their scopes.
/// </summary>
internal sealed class ServerMeter : IDisposable
{
    /// <summary>Creates the meter.</summary>
    public ServerMeter()
    {
        Meter = new Meter(new MeterOptions(ServerTelemetry.Name) { Version = ServerTelemetry.Version, Scope = this });
        Stores = new StoreMetrics(Meter);
        Delivery = new DeliveryMetrics(Meter);
        Leases = new LeaseMetrics(Meter);
    }

    /// <summary>The meter, for instruments that are made later.</summary>
    public Meter Meter { get; }

    /// <summary>The stores' files.</summary>
    public StoreMetrics Stores { get; }

    /// <summary>Batches.</summary>
    public DeliveryMetrics Delivery { get; }

    /// <summary>Who may work.</summary>
    public LeaseMetrics Leases { get; }

    /// <inheritdoc />
    public void Dispose() => Meter.Dispose();
}
