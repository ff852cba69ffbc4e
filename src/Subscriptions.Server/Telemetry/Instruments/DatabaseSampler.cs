using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>
/// Asks one database's store what the engine does not have in memory: how much there is, and how old the oldest change above each cursor is.
/// At most one asking at a time, however long it takes; what was learnt counts for a while only. Thread-safe.
/// </summary>
internal sealed class DatabaseSampler(Database database, TimeProvider time, CancellationToken stopping)
{
    // One asking looks at so many different places in the log, for so long; the next goes on where it ended.
    private const int MostReads = 4096;
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(500);

    // Above the cursor is nothing that could be read: its deletions were purged.
    private static readonly DateTimeOffset Nothing = DateTimeOffset.MaxValue;

    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionId, Aged<DateTimeOffset>> _oldest = [];
    private Aged<DocumentStatistics>? _statistics;
    private Task _asking = Task.CompletedTask;
    private DateTimeOffset? _askedAt;
    private int _next;

    /// <summary>Asks, unless that is under way, or was done not longer ago than given. Never fails.</summary>
    /// <returns>When it is done.</returns>
    public Task RefreshAsync(TimeSpan maxAge)
    {
        lock (_lock)
        {
            if (!_asking.IsCompleted) return _asking;
            if (_askedAt is { } at && time.GetUtcNow() - at < maxAge) return Task.CompletedTask;

            // Elsewhere: a store may read on its caller's thread.
            return _asking = Task.Run(AskAsync, CancellationToken.None);
        }
    }

    /// <summary>The asking that is under way, or the last one.</summary>
    public Task Asking
    {
        get
        {
            lock (_lock) return _asking;
        }
    }

    /// <summary>How much there is; null when that was not learnt lately.</summary>
    public DocumentStatistics? GetStatistics(TimeSpan maxAge)
    {
        lock (_lock) return _statistics is { } known && time.GetUtcNow() - known.At <= maxAge ? known.Value : null;
    }

    /// <summary>When the oldest change above a subscription's cursor was made; null when that was not learnt lately.</summary>
    public DateTimeOffset? GetOldest(SubscriptionId id, TimeSpan maxAge)
    {
        lock (_lock) return _oldest.TryGetValue(id, out var known) && time.GetUtcNow() - known.At <= maxAge ? known.Value : null;
    }

    private async Task AskAsync()
    {
        var startedAt = time.GetUtcNow();
        try
        {
            var statistics = await database.GetStatisticsAsync(stopping);
            lock (_lock) _statistics = new Aged<DocumentStatistics>(statistics, startedAt);
            await AskOldestAsync();
            lock (_lock) _askedAt = startedAt;
        }
        catch (Exception)
        {
            // A store that is being closed, or fails, which is counted where it happens. What was learnt before is good until it is too old.
        }
    }

    private async Task AskOldestAsync()
    {
        var behind = database.Subscriptions.Entries.Where(e => database.Subscriptions.GetLag(e) > 0).OrderBy(e => e.Id.Value).ToList();
        lock (_lock)
        {
            var ids = behind.Select(e => e.Id).ToHashSet();
            foreach (var id in _oldest.Keys.Where(id => !ids.Contains(id)).ToList()) _oldest.Remove(id);
        }

        // Many subscriptions stand at the same place: at the beginning, or at the end of the same scan.
        var known = new Dictionary<(int Partition, long Seqno), DateTimeOffset?>();
        var startedAt = time.GetTimestamp();
        for (var i = 0; i < behind.Count && known.Count < MostReads && time.GetElapsedTime(startedAt) < MostTime; i++)
        {
            var entry = behind[_next++ % behind.Count];
            var oldest = await FindOldestAsync(entry, known) ?? Nothing;
            lock (_lock) _oldest[entry.Id] = new Aged<DateTimeOffset>(oldest, time.GetUtcNow());
        }

        if (_next >= behind.Count) _next = behind.Count == 0 ? 0 : _next % behind.Count;
    }

    private async ValueTask<DateTimeOffset?> FindOldestAsync(
        SubscriptionEntry entry, Dictionary<(int Partition, long Seqno), DateTimeOffset?> known)
    {
        var cursor = entry.Stored.Progress.Cursor;
        DateTimeOffset? oldest = null;
        foreach (var partition in database.Feed.Partitions)
        {
            var seqno = cursor[partition.Partition].Seqno;
            if (partition.HighSeqno <= seqno) continue;

            var place = (partition.Partition, seqno);
            if (!known.TryGetValue(place, out var at))
                known[place] = at = await database.Feed.OldestAboveAsync(partition.Partition, seqno, stopping);
            if (oldest is null || at < oldest) oldest = at ?? oldest;
        }

        return oldest;
    }

    private readonly record struct Aged<T>(T Value, DateTimeOffset At);
}
