using System.Collections.Concurrent;
using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Databases;

/// <summary>All databases of a server. Thread-safe.</summary>
/// <param name="documents">Where documents are kept.</param>
/// <param name="registry">What subscriptions share.</param>
/// <param name="options">Limits and sizes.</param>
public sealed partial class DatabaseCatalog(IDocumentStoreProvider documents, RegistryServices registry, DatabaseCatalogOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<DatabaseName, Database> _databases = new();
    private readonly SemaphoreSlim _changing = new(1);

    /// <summary>All databases, by name, but those that are being restored or rewound.</summary>
    public IReadOnlyList<Database> List() => [.. _databases.Values.OrderBy(d => d.Info.Name)];

    /// <summary>A database by name.</summary>
    /// <exception cref="Validation.InvalidInputException">The name is not one.</exception>
    /// <exception cref="EngineException">DATABASE_NOT_FOUND, DATABASE_BUSY.</exception>
    public Database Get(string name)
    {
        var parsed = DatabaseName.Parse(name);
        return _databases.TryGetValue(parsed, out var database) ? database : throw Missing(parsed);
    }

    /// <summary>Opens all databases that the store has. Once, before anything else.</summary>
    public async Task OpenAllAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await documents.ListAsync(cancellationToken)) await OpenAsync(name, cancellationToken);
    }

    /// <summary>Creates a database; durable on return. Idempotent for the same settings.</summary>
    /// <returns>The database, and false when it existed already.</returns>
    /// <exception cref="EngineException">DATABASE_EXISTS, DATABASE_BUSY, LIMIT_EXCEEDED.</exception>
    public async Task<(Database Database, bool IsCreated)> CreateAsync(
        DatabaseName name, int partitionCount, DatabaseSettings settings, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_databases.TryGetValue(name, out var existing))
            {
                return IsSame(existing.Info, partitionCount, settings) ? (existing, false) : throw Exists(existing.Info);
            }

            CheckRoom(name);

            var feed = new ChangeFeed(options.TailBytes);
            var info = new DatabaseInfo(name, partitionCount, settings, registry.Time.GetUtcNow());
            var created = await AllOrNothingAsync(name, async () =>
            {
                // Once it exists without the caller: who gives up must not leave it out of the catalog.
                var store = await documents.CreateAsync(info, feed, cancellationToken);
                return store is null ? null : await AddAsync(store, feed, CancellationToken.None);
            });
            return (created ?? throw Exists(info), true);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Removes a database with its documents and subscriptions; durable on return. Their workers are ended.</summary>
    /// <exception cref="EngineException">DATABASE_NOT_FOUND, DATABASE_BUSY.</exception>
    public async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            // From here on without the caller, who must not leave half of a database behind. The subscriptions go first: a database that
            // lost them is there to be dropped again, while subscriptions that lost theirs would turn up in the next one of the name.
            var database = Get(name);
            await database.Subscriptions.DropAsync();
            _databases.TryRemove(database.Info.Name, out _);
            database.Feed.Close(FeedClosing.Dropped);
            await database.DisposeAsync();
            await RemoveAsync(database.Info.Name);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_away.Values.Select(a => a.Ended));
        foreach (var database in _databases.Values) await database.DisposeAsync();
        _changing.Dispose();
    }

    private async Task OpenAsync(DatabaseName name, CancellationToken cancellationToken)
    {
        var feed = new ChangeFeed(options.TailBytes);
        var store = await documents.OpenAsync(name, feed, cancellationToken)
            ?? throw new StoreException(StoreFault.Corrupt, $"Database '{name}' was listed but cannot be found.");
        await AddAsync(store, feed, cancellationToken);
    }

    // A new database that cannot be added is removed again: else its name could neither be used nor given free before a restart.
    private async Task<Database?> AllOrNothingAsync(DatabaseName name, Func<Task<Database?>> make)
    {
        try
        {
            return await make();
        }
        catch (Exception)
        {
            await documents.DropAsync(name, CancellationToken.None);
            throw;
        }
    }

    // A database whose documents could not be removed is there to be dropped again, and not only after a restart.
    private async Task RemoveAsync(DatabaseName name)
    {
        try
        {
            await documents.DropAsync(name, CancellationToken.None);
        }
        catch (StoreException)
        {
            if ((await documents.ListAsync(CancellationToken.None)).Contains(name)) await OpenAsync(name, CancellationToken.None);
            throw;
        }
    }

    private async Task<Database> AddAsync(IDocumentStore store, ChangeFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            feed.Attach(store);
            var subscriptions = new SubscriptionRegistry(store.Info.Name, feed, registry);
            await subscriptions.LoadAsync(cancellationToken);
            return _databases[store.Info.Name] = new Database(store, feed, subscriptions);
        }
        catch (Exception)
        {
            await store.DisposeAsync();
            throw;
        }
    }

    // Revisions can be set later too: who does not ask for any does not contradict what was set since.
    private static bool IsSame(DatabaseInfo existing, int partitionCount, DatabaseSettings settings) =>
        existing.PartitionCount == partitionCount
        && existing.Settings == (settings.Revisions.IsEmpty ? settings with { Revisions = existing.Settings.Revisions } : settings);

    private EngineException Missing(DatabaseName name) => _away.ContainsKey(name)
        ? new EngineException(ErrorCode.DatabaseBusy, $"Database '{name}' is being restored or rewound; try again in a moment.", ("database", name.Value))
        : new EngineException(ErrorCode.DatabaseNotFound, $"There is no database '{name}'.", ("database", name.Value));

    private static EngineException Exists(DatabaseInfo existing) => new(
        ErrorCode.DatabaseExists,
        $"Database '{existing.Name}' exists with other settings ({existing.PartitionCount} partitions, {existing.Settings}).",
        ("database", existing.Name.Value));

    private EngineException TooMany() => new(
        ErrorCode.LimitExceeded,
        $"There are {_databases.Count} databases; the limit (Limits:Databases) is {options.MaxDatabases}.",
        ("limit", options.MaxDatabases.ToString(CultureInfo.InvariantCulture)),
        ("setting", "Limits:Databases"));
}

/// <summary>Limits and sizes of a catalog.</summary>
public sealed record DatabaseCatalogOptions
{
    /// <summary>The most databases. Default 100.</summary>
    public int MaxDatabases { get; init; } = 100;

    /// <summary>What each database's newest changes may take in memory, in bytes. Default 4 MiB.</summary>
    public long TailBytes { get; init; } = 4 * 1024 * 1024;
}
