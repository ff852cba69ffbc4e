using System.Collections.Concurrent;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Databases;

public sealed partial class DatabaseCatalog
{
    // Databases that are closed for a moment, and back soon.
    private readonly ConcurrentDictionary<DatabaseName, Away> _away = new();

    /// <summary>
    /// Closes a database, so that its documents can be worked on, and opens it again, whether that succeeds or fails. Who is connected to it is ended
    /// with HISTORY_CHANGED, who comes meanwhile is refused with DATABASE_BUSY; its subscriptions stay.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="work">The work; what it throws is thrown when the database is there again.</param>
    /// <exception cref="Errors.EngineException">DATABASE_NOT_FOUND, DATABASE_BUSY.</exception>
    internal async Task<(Database Database, T Result)> WhileClosedAsync<T>(DatabaseName name, Func<Task<T>> work)
    {
        var away = await TakeAsync(name);
        try
        {
            if (away.Database is { } database)
            {
                database.Feed.Close(FeedClosing.HistoryChanged);
                await database.DisposeAsync();
            }

            T result;
            try
            {
                result = await work();
            }
            catch (Exception)
            {
                await BringBackAsync(name, away);
                throw;
            }

            return (await BringBackAsync(name, away), result);
        }
        finally
        {
            away.End();
        }
    }

    /// <summary>Databases that could not be opened again.</summary>
    internal IReadOnlyList<DatabaseName> ListLost() => [.. _away.Where(a => a.Value.Ended.IsCompleted).Select(a => a.Key)];

    /// <summary>Opens a database that could not be opened again, if nobody else has by now.</summary>
    /// <exception cref="StoreException">It still cannot.</exception>
    internal async Task ReopenAsync(DatabaseName name)
    {
        if (await TakeLostAsync(name) is not { } away) return;
        try
        {
            await BringBackAsync(name, away);
        }
        finally
        {
            away.End();
        }
    }

    private async Task<Away?> TakeLostAsync(DatabaseName name)
    {
        await _changing.WaitAsync();
        try
        {
            var isLost = _away.TryGetValue(name, out var before) && before.Ended.IsCompleted;
            return isLost ? _away[name] = new Away(null, before!.Subscriptions) : null;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<Away> TakeAsync(DatabaseName name)
    {
        await _changing.WaitAsync();
        try
        {
            // One that could not be opened again can be tried again.
            var database = _databases.GetValueOrDefault(name);
            var subscriptions = database?.Subscriptions ?? (_away.TryGetValue(name, out var before) && before.Ended.IsCompleted ? before.Subscriptions : null);
            if (subscriptions is null) throw Missing(name);

            // In this order, so that nobody who asks meanwhile hears that there is no such database.
            var away = _away[name] = new Away(database, subscriptions);
            _databases.TryRemove(name, out _);
            subscriptions.Suspend();
            return away;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<Database> BringBackAsync(DatabaseName name, Away away)
    {
        var feed = new ChangeFeed(options.TailBytes);
        var store = await documents.OpenAsync(name, feed, CancellationToken.None)
            ?? throw new StoreException(StoreFault.Corrupt, $"Database '{name}' is not there any more.");
        feed.Attach(store);
        away.Subscriptions.Resume(feed);
        var database = _databases[name] = new Database(store, feed, away.Subscriptions);
        _away.TryRemove(name, out _);
        return database;
    }

    private void CheckRoom(DatabaseName name)
    {
        if (_away.ContainsKey(name)) throw Missing(name);
        if (_databases.Count + _away.Count >= options.MaxDatabases) throw TooMany();
    }

    /// <summary>What is left of a database while it is closed.</summary>
    private sealed class Away(Database? database, SubscriptionRegistry subscriptions)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>As it was open before; null when it was not.</summary>
        public Database? Database { get; } = database;

        public SubscriptionRegistry Subscriptions { get; } = subscriptions;

        /// <summary>Completes when it is back, or will not come back by itself.</summary>
        public Task Ended => _ended.Task;

        public void End() => _ended.TrySetResult();
    }
}
