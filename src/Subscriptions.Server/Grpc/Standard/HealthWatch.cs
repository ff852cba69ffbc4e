using System.Threading.Channels;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>One watch of one service. Read by one reader; written by <see cref="HealthStatuses"/> under its lock.</summary>
internal sealed class HealthWatch : IDisposable
{
    private readonly HealthStatuses _statuses;

    // A watcher wants to know how a service stands, not how it stood: a status that was not read before the next one arrives is
    // replaced. So one slot is enough, and a watcher that reads slowly holds nobody up.
    private readonly Channel<ServingStatus> _latest = Channel.CreateBounded<ServingStatus>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    public HealthWatch(HealthStatuses statuses, string service)
    {
        _statuses = statuses;
        Service = service;
    }

    /// <summary>The watched service.</summary>
    public string Service { get; }

    /// <summary>Statuses, the current one first; completed when the server stops.</summary>
    public ChannelReader<ServingStatus> Statuses => _latest.Reader;

    /// <summary>Stops watching.</summary>
    public void Dispose() => _statuses.Remove(this);

    internal void Publish(ServingStatus status) => _latest.Writer.TryWrite(status);

    internal void Complete() => _latest.Writer.TryComplete();
}
