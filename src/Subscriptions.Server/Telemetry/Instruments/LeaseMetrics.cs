using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Server.Grpc.Errors;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>Workers coming and going. Thread-safe.</summary>
internal sealed class LeaseMetrics
{
    private static readonly FrozenDictionary<ErrorCode, TagList> Reasons =
        Enum.GetValues<ErrorCode>().ToFrozenDictionary(c => c, c => new TagList([new(MetricNames.Error, ErrorStatus.NameOf(c))]));

    // The one reason that nobody is told, so that the contract has no name for it.
    private static readonly TagList DisconnectedTags = [new(MetricNames.Error, "DISCONNECTED")];

    private readonly Counter<long> _granted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _released;
    private readonly UpDownCounter<long> _active;

    public LeaseMetrics(Meter meter)
    {
        _granted = meter.CreateCounter<long>("subscriptions.lease.granted", "{lease}", "Leases that workers were given.");
        _refused = meter.CreateCounter<long>(
            "subscriptions.lease.refused", "{request}", "Workers that were sent away before they had a lease, by reason.");
        _lost = meter.CreateCounter<long>(
            "subscriptions.lease.lost", "{lease}", "Leases that ended before their workers were done, by reason.");
        _released = meter.CreateCounter<long>("subscriptions.lease.released", "{lease}", "Leases that workers gave back in order.");
        _active = meter.CreateUpDownCounter<long>("subscriptions.lease.active", "{lease}", "Leases that workers have now.");
    }

    /// <summary>A conversation begins.</summary>
    public Account Begin() => new(this);

    /// <summary>
    /// One conversation's entries: at most one lease, and how it ended. Thread-safe, because the message that gives the lease may leave late.
    /// </summary>
    internal sealed class Account(LeaseMetrics metrics)
    {
        private readonly Lock _lock = new();
        private bool _hasLease;
        private bool _isOver;

        /// <summary>The worker was given the lease.</summary>
        public void Opened()
        {
            lock (_lock)
            {
                if (_isOver) return;
                _hasLease = true;
                metrics._granted.Add(1);
                metrics._active.Add(1);
            }
        }

        /// <summary>The conversation ended well.</summary>
        public void Ended()
        {
            if (Close()) metrics._released.Add(1);
        }

        /// <summary>The conversation ended for a reason.</summary>
        /// <param name="reason">The reason.</param>
        /// <param name="isWorkerGone">The worker was not there any more to be told.</param>
        public void Failed(Exception reason, bool isWorkerGone)
        {
            var error = Failures.ToEngineException(reason);
            var tags = isWorkerGone || WorkerGone.Is(error) ? DisconnectedTags : Reasons.GetValueOrDefault(error.Code, Reasons[ErrorCode.Internal]);
            (Close() ? metrics._lost : metrics._refused).Add(1, tags);
        }

        private bool Close()
        {
            lock (_lock)
            {
                _isOver = true;
                if (_hasLease) metrics._active.Add(-1);
                return _hasLease;
            }
        }
    }
}
