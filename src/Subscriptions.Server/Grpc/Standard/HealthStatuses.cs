using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>
/// How the server and its services stand, for <c>grpc.health.v1</c>. Thread-safe. The empty name stands for the server as a whole; it is
/// known from the start, as NOT_SERVING, so that a server that is still opening its stores is not sent any traffic.
/// </summary>
internal sealed class HealthStatuses
{
    /// <summary>Name of the server as a whole.</summary>
    public const string Server = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal) { [Server] = ServingStatus.NotServing };
    private readonly HashSet<HealthWatch> _watches = [];
    private bool _stopped;

    /// <summary>How many watches are open.</summary>
    public int WatchCount
    {
        get
        {
            lock (_lock)
                return _watches.Count;
        }
    }

    /// <summary>Makes a service known, as NOT_SERVING; one that is known already keeps its status.</summary>
    public void Register(string service)
    {
        lock (_lock)
        {
            if (_statuses.TryAdd(service, ServingStatus.NotServing))
                PublishLocked(service);
        }
    }

    /// <summary>Sets the status of one service, and makes it known if it was not. Without effect once stopped.</summary>
    public void Set(string service, ServingStatus status)
    {
        lock (_lock)
        {
            if (!_stopped)
                SetLocked(service, status);
        }
    }

    /// <summary>Sets the status of the server and of all known services. Without effect once stopped.</summary>
    public void SetAll(ServingStatus status)
    {
        lock (_lock)
        {
            if (!_stopped)
                SetAllLocked(status);
        }
    }

    /// <summary>Sets everything to NOT_SERVING for good and ends all watches once they have told so. Idempotent.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            SetAllLocked(ServingStatus.NotServing);
            foreach (var watch in _watches)
                watch.Complete();
            _watches.Clear();
        }
    }

    /// <summary>Status of a service, or null if it is not known.</summary>
    public ServingStatus? Find(string service)
    {
        lock (_lock)
            return _statuses.TryGetValue(service, out var status) ? status : null;
    }

    /// <summary>All statuses at one moment.</summary>
    public IReadOnlyDictionary<string, ServingStatus> All()
    {
        lock (_lock)
            return new Dictionary<string, ServingStatus>(_statuses, StringComparer.Ordinal);
    }

    /// <summary>
    /// Watches a service, known or not: the watch has the current status at once and every later one, except those that a newer one
    /// overtakes before they are read. Dispose it to stop watching.
    /// </summary>
    public HealthWatch Watch(string service)
    {
        lock (_lock)
        {
            var watch = new HealthWatch(this, service);
            watch.Publish(CurrentLocked(service));
            if (_stopped)
                watch.Complete();
            else
                _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>Forgets a watch; called when it is disposed.</summary>
    internal void Remove(HealthWatch watch)
    {
        lock (_lock)
            _watches.Remove(watch);
    }

    private ServingStatus CurrentLocked(string service) => _statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown);

    private void SetAllLocked(ServingStatus status)
    {
        foreach (var service in _statuses.Keys.ToArray())
            SetLocked(service, status);
    }

    private void SetLocked(string service, ServingStatus status)
    {
        _statuses[service] = status;
        PublishLocked(service);
    }

    // A scan over all watches: statuses change a few times in the life of a server, and an index by service would have to be kept free
    // of the names that callers make up.
    private void PublishLocked(string service)
    {
        var status = CurrentLocked(service);
        foreach (var watch in _watches)
        {
            if (watch.Service == service)
                watch.Publish(status);
        }
    }
}
