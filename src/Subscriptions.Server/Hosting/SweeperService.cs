using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Hosting;

/// <summary>Lets documents expire and tombstones go while the server runs.</summary>
internal sealed partial class SweeperService(DatabaseCatalog databases, TimeProvider time, ILogger<SweeperService> logger) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DatabaseSweeper(databases, time, OnFailed).RunAsync(stoppingToken);

    private void OnFailed(DatabaseName database, Exception exception)
    {
        // A database that is dropped during a sweep is no fault.
        if (exception is StoreException { Kind: StoreFault.Closed }) Log.Closed(logger, database.Value, exception);
        else Log.Failed(logger, database.Value, exception);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Hosting + 1, LogLevel.Error,
            "{Database} could not be swept of expired documents, old tombstones and revisions, or not be opened again; the next sweep tries again.")]
        public static partial void Failed(ILogger logger, string database, Exception exception);

        [LoggerMessage(LogEvents.Hosting + 2, LogLevel.Debug, "{Database} was closed during a sweep.")]
        public static partial void Closed(ILogger logger, string database, Exception exception);
    }
}
