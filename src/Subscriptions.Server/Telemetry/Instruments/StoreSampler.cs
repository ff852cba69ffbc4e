using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>
/// Knows, for the metrics, what only the stores know. The page has it looked up before it is written; for those who ask without notice it is
/// looked up every ten seconds for as long as somebody asks. A store that is stuck holds nobody up: what was learnt of it grows old and is left
/// out. Thread-safe.
/// </summary>
internal sealed class StoreSampler : IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TooOld = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Longer than exporters commonly wait between two askings.
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(5);

    private readonly DatabaseCatalog _databases;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<Database, DatabaseSampler> _samplers = [];
    private DateTimeOffset _touchedAt;
    private bool _isTicking;

    public StoreSampler(DatabaseCatalog databases, TimeProvider time)
    {
        _databases = databases;
        _time = time;
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Somebody asks: keeps what is known fresh for a while. Costs nothing.</summary>
    public void Touch()
    {
        lock (_lock)
        {
            _touchedAt = _time.GetUtcNow();
            if (_isTicking || _stopping.IsCancellationRequested) return;
            _isTicking = true;
            _timer.Change(TimeSpan.Zero, Period);
        }
    }

    /// <summary>Looks everything up that is not known freshly. Does not wait long for stores that do not answer.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(StartAll(Fresh)).WaitAsync(Patience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The rest answers in its own time.
        }
    }

    /// <summary>How much a database has; null when that is not known.</summary>
    public DocumentStatistics? StatisticsOf(Database database) => Find(database)?.GetStatistics(TooOld);

    /// <summary>The age of the oldest change above a subscription's cursor; zero when there is none, null when it is not known.</summary>
    public TimeSpan? LagTimeOf(Database database, SubscriptionEntry entry)
    {
        if (database.Subscriptions.GetLag(entry) == 0) return TimeSpan.Zero;
        if (Find(database)?.GetOldest(entry.Id, TooOld) is not { } oldest) return null;

        var age = _time.GetUtcNow() - oldest;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _timer.DisposeAsync();
        Task[] asking;
        lock (_lock) asking = [.. _samplers.Values.Select(s => s.Asking)];
        await Task.WhenAll(asking);
        _stopping.Dispose();
    }

    private DatabaseSampler? Find(Database database)
    {
        lock (_lock) return _samplers.GetValueOrDefault(database);
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_time.GetUtcNow() - _touchedAt > Interest)
            {
                _isTicking = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        // Each keeps the task that it starts.
        _ = StartAll(Fresh);
    }

    private List<Task> StartAll(TimeSpan maxAge)
    {
        var databases = _databases.List();
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested) return [];
            foreach (var gone in _samplers.Keys.Except(databases).ToList()) _samplers.Remove(gone);
            return [.. databases.Select(d => SamplerOfLocked(d).RefreshAsync(maxAge))];
        }
    }

    private DatabaseSampler SamplerOfLocked(Database database)
    {
        if (!_samplers.TryGetValue(database, out var sampler))
            _samplers[database] = sampler = new DatabaseSampler(database, _time, _stopping.Token);
        return sampler;
    }
}
