using System.Collections.Concurrent;
using System.Globalization;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>All workers that are connected: counted against the limit, and found by their leases. Thread-safe.</summary>
internal sealed class WorkerConnections(LimitsOptions limits)
{
    private readonly ConcurrentDictionary<(SubscriptionId, FencingToken), InFlightCounter> _opened = new();
    private int _count;

    /// <summary>Takes a place for a worker, until the result is disposed.</summary>
    /// <exception cref="EngineException">LIMIT_EXCEEDED.</exception>
    public Place Enter()
    {
        if (Interlocked.Increment(ref _count) <= limits.WorkerConnections) return new Place(this);

        Interlocked.Decrement(ref _count);
        var limit = limits.WorkerConnections.ToString(CultureInfo.InvariantCulture);
        throw new EngineException(
            ErrorCode.LimitExceeded,
            $"{limit} workers are connected, which is the limit (Limits:WorkerConnections).",
            ("limit", limit),
            ("setting", "Limits:WorkerConnections"));
    }

    /// <summary>How many batches the holder of a lease has and has not acked; 0 when it is gone.</summary>
    public int CountInFlight(SubscriptionId subscription, FencingToken token) =>
        _opened.TryGetValue((subscription, token), out var inFlight) ? inFlight.Count : 0;

    /// <summary>A worker has a lease.</summary>
    public void Opened(SubscriptionId subscription, FencingToken token, InFlightCounter inFlight) => _opened[(subscription, token)] = inFlight;

    /// <summary>A worker's lease is over.</summary>
    public void Closed(SubscriptionId subscription, FencingToken token) => _opened.TryRemove((subscription, token), out _);

    private void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>A worker's place.</summary>
    internal readonly struct Place(WorkerConnections connections) : IDisposable
    {
        /// <summary>Gives it back. Once.</summary>
        public void Dispose() => connections.Leave();
    }
}
