using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Databases;

/// <summary>
/// Lets documents expire, purges old tombstones, and trims revisions, of all databases of a catalog, with one timer. One that could not be opened again after a
/// restore or a rewind is opened as soon as it can.
/// </summary>
/// <param name="catalog">The databases.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailed">Told which database could not be swept; the others are, and the next sweep tries again.</param>
public sealed class DatabaseSweeper(DatabaseCatalog catalog, TimeProvider time, Action<DatabaseName, Exception> onFailed)
{
    private static readonly TimeSpan ExpiryPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PurgePeriod = TimeSpan.FromMinutes(1);

    /// <summary>Sweeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ExpiryPeriod, time);
        var purgeAt = time.GetUtcNow() + PurgePeriod;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = time.GetUtcNow();
                foreach (var lost in catalog.ListLost()) await TryAsync(lost, () => catalog.ReopenAsync(lost));
                await SweepAsync(database => database.ExpireAsync(now, cancellationToken));
                if (now < purgeAt) continue;

                purgeAt = now + PurgePeriod;
                await SweepAsync(database => database.PurgeAsync(now, cancellationToken));
                await SweepAsync(database => database.TrimRevisionsAsync(now, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task SweepAsync(Func<Database, Task> sweep)
    {
        foreach (var database in catalog.List()) await TryAsync(database.Info.Name, () => sweep(database));
    }

    private async Task TryAsync(DatabaseName name, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            onFailed(name, e);
        }
    }
}
