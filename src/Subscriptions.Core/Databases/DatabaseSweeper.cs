namespace Subscriptions.Core.Databases;

/// <summary>Lets documents expire, and purges old tombstones, of all databases of a catalog, with one timer.</summary>
/// <param name="catalog">The databases.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailed">Told when a sweep fails; the next one tries again.</param>
public sealed class DatabaseSweeper(DatabaseCatalog catalog, TimeProvider time, Action<Exception> onFailed)
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
                await TryAsync(() => catalog.ExpireAsync(now, cancellationToken));
                if (now < purgeAt) continue;

                purgeAt = now + PurgePeriod;
                await TryAsync(() => catalog.PurgeAsync(now, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task TryAsync(Func<Task> sweep)
    {
        try
        {
            await sweep();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            onFailed(e);
        }
    }
}
