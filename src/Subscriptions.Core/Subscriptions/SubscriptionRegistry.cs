using System.Collections.Concurrent;
using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Subscriptions;

/// <summary>The subscriptions of one database: what administrators do to them, and what workers need of them. Thread-safe.</summary>
public sealed class SubscriptionRegistry : IDisposable
{
    private readonly DatabaseName _database;
    private readonly ChangeFeed _feed;
    private readonly RegistryServices _services;
    private readonly ConcurrentDictionary<string, SubscriptionEntry> _byName = new();
    private readonly ConcurrentDictionary<SubscriptionId, SubscriptionEntry> _byId = new();

    // One administrative change at a time: each is a read, a durable write and a change in memory. From the write on a change does not
    // listen to its caller any more: a caller who gives up must not leave memory behind the store.
    private readonly SemaphoreSlim _changing = new(1);
    private volatile bool _isDropped;

    internal SubscriptionRegistry(DatabaseName database, ChangeFeed feed, RegistryServices services)
    {
        _database = database;
        _feed = feed;
        _services = services;
    }

    /// <summary>All subscriptions, in no order and at little cost; what comes and goes meanwhile may be among them or not.</summary>
    public IEnumerable<SubscriptionEntry> Entries => _byId.Select(e => e.Value);

    /// <summary>All subscriptions, by name.</summary>
    public IReadOnlyList<SubscriptionEntry> List() =>
        [.. _byId.Values.OrderBy(e => e.Definition.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>A subscription by name, whatever its case.</summary>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND.</exception>
    public SubscriptionEntry Get(string name)
    {
        SubscriptionDefinition.CheckName(name, "name");
        return _byName.TryGetValue(SubscriptionDefinition.NormalizeName(name), out var entry) ? entry : throw NotFound(name);
    }

    /// <summary>Who works on a subscription and who waits.</summary>
    public LeaseSnapshot GetWorkers(SubscriptionEntry entry) => _services.Leases.GetSnapshot(entry.Id);

    /// <summary>Changes of the database above a subscription's cursor, matching or not.</summary>
    public long GetLag(SubscriptionEntry entry) =>
        _feed.Partitions.Sum(p => Math.Max(0, p.HighSeqno - entry.Stored.Progress.Cursor[p.Partition].Seqno));

    /// <summary>Creates a subscription; durable on return. Idempotent for the same definition.</summary>
    /// <returns>The subscription, and false when it existed already.</returns>
    /// <exception cref="EngineException">SUBSCRIPTION_EXISTS, LIMIT_EXCEEDED.</exception>
    /// <exception cref="QueryException">The query cannot be parsed.</exception>
    public async Task<(SubscriptionEntry Entry, bool IsCreated)> CreateAsync(
        SubscriptionDefinition definition, StartPoint start, CancellationToken cancellationToken)
    {
        SubscriptionDefinition.CheckName(definition.Name, "definition.name");
        _services.Queries.Compile(definition.Query, definition.Parameters);
        var cursor = start.Resolve(_feed.Partitions, "start");

        using var changing = await ChangeAsync(cancellationToken);
        if (Find(definition) is { } existing) return (existing, false);
        if (_byId.Count >= _services.MaxSubscriptions) throw TooMany();

        var stored = new StoredSubscription(
            SubscriptionId.Create(), definition, ToMilliseconds(_services.Time.GetUtcNow()), new SubscriptionProgress(cursor, new FencingToken(0), null));
        if (await _services.Store.CreateAsync(stored, CancellationToken.None)) return (Add(stored), true);

        // In the store and not in memory: an earlier create failed without knowing that it had succeeded.
        await LoadAsync(CancellationToken.None);
        return (Find(definition) ?? throw Exists(definition), false);
    }

    /// <summary>Removes a subscription; durable on return. Its workers are ended.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var changing = await ChangeAsync(cancellationToken);
        var entry = Get(name);
        await _services.Store.DeleteAsync(entry.Id, CancellationToken.None);
        _byName.TryRemove(SubscriptionDefinition.NormalizeName(name), out _);
        _byId.TryRemove(entry.Id, out _);
        _services.Leases.Evict(entry.Id, _ => true, ErrorCode.SubscriptionNotFound);
        _services.Leases.Forget(entry.Id);
    }

    /// <summary>Refuses or admits workers; durable on return. Idempotent. Disabling ends connected workers.</summary>
    public async Task<SubscriptionEntry> SetDisabledAsync(string name, bool isDisabled, CancellationToken cancellationToken)
    {
        using var changing = await ChangeAsync(cancellationToken);
        var entry = Get(name);
        var definition = entry.Definition with { Disabled = isDisabled };
        if (definition == entry.Definition) return entry;

        var update = await _services.Store.UpdateAsync(entry.Id, definition, cursor: null, CancellationToken.None);
        if (update.Outcome != UpdateOutcome.Updated) throw NotFound(name);
        entry.Redefined(definition);
        if (isDisabled) _services.Leases.Evict(entry.Id, _ => true, ErrorCode.SubscriptionDisabled);
        return entry;
    }

    /// <summary>Moves the cursor; durable on return. An ack that is under way does not undo it; connected workers reconnect.</summary>
    public async Task<SubscriptionEntry> SetCursorAsync(string name, StartPoint to, CancellationToken cancellationToken)
    {
        using var changing = await ChangeAsync(cancellationToken);
        var entry = Get(name);
        var cursor = to.Resolve(_feed.Partitions, "cursor");
        entry.Moved(await _services.Store.SetCursorAsync(entry.Id, cursor, CancellationToken.None) ?? throw NotFound(name));
        _services.Leases.Evict(entry.Id, _ => true, ErrorCode.SubscriptionChanged);
        return entry;
    }

    /// <summary>Ends a subscription's workers, waiting ones too.</summary>
    /// <param name="name">The subscription.</param>
    /// <param name="workerName">Only workers of this name; empty for all.</param>
    /// <returns>How many were ended.</returns>
    public int DropWorkers(string name, string workerName) =>
        _services.Leases.Evict(Get(name).Id, w => workerName.Length == 0 || w.Name == workerName, ErrorCode.Dropped);

    /// <summary>A subscription for a worker's session.</summary>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_DISABLED.</exception>
    public ISessionSubscription Open(string name)
    {
        var entry = Get(name);
        CheckEnabled(entry.Definition);
        return new SessionSubscription(this, entry);
    }

    /// <inheritdoc />
    public void Dispose() => _changing.Dispose();

    internal SessionSource Begin(SubscriptionEntry entry, SubscriptionProgress granted)
    {
        if (!_byId.ContainsKey(entry.Id)) throw NotFound(entry.Definition.Name);
        var definition = entry.Definition;
        CheckEnabled(definition);
        entry.Moved(granted);

        var query = _services.Queries.Compile(definition.Query, definition.Parameters);
        return new SessionSource(definition, _feed, new SubscriptionMatcher(query.CreateFilter(), definition.IncludeDeletes), query.Collection);
    }

    internal async ValueTask<ProgressOutcome> SaveAsync(SubscriptionEntry entry, ProgressUpdate update, CancellationToken cancellationToken)
    {
        if (update.AckedAt is { } at) update = update with { AckedAt = ToMilliseconds(at) };
        var outcome = await _services.Store.SaveProgressAsync(update, cancellationToken);
        if (outcome == ProgressOutcome.Saved) entry.Saved(update);
        return outcome;
    }

    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var stored in await _services.Store.ListAsync(_database, cancellationToken))
        {
            if (!_byId.ContainsKey(stored.Id)) Add(stored);
        }
    }

    internal async Task DropAsync()
    {
        using var changing = await ChangeAsync(CancellationToken.None);
        await _services.Store.DeleteAllAsync(_database, CancellationToken.None);

        // Whoever still has the registry must not create what the next database of the name would find.
        _isDropped = true;
        foreach (var entry in _byId.Values) _services.Leases.Evict(entry.Id, _ => true, ErrorCode.DatabaseDropped);
        _byName.Clear();
        _byId.Clear();
    }

    // Stores are that precise: what is shown now must be what is shown after a restart.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private SubscriptionEntry? Find(SubscriptionDefinition definition)
    {
        if (!_byName.TryGetValue(SubscriptionDefinition.NormalizeName(definition.Name), out var existing)) return null;
        return existing.Definition == definition ? existing : throw Exists(existing.Definition);
    }

    private SubscriptionEntry Add(StoredSubscription stored)
    {
        var entry = new SubscriptionEntry(stored);
        _byName[SubscriptionDefinition.NormalizeName(stored.Definition.Name)] = entry;
        _byId[stored.Id] = entry;
        return entry;
    }

    private async Task<Releaser> ChangeAsync(CancellationToken cancellationToken)
    {
        if (_isDropped) throw Dropped();
        await _changing.WaitAsync(cancellationToken);
        if (!_isDropped) return new Releaser(_changing);

        _changing.Release();
        throw Dropped();
    }

    private EngineException NotFound(string name) => new(
        ErrorCode.SubscriptionNotFound,
        $"Database '{_database}' has no subscription '{name}'.",
        ("database", _database.Value),
        ("subscription", name));

    private EngineException Dropped() => new(
        ErrorCode.DatabaseNotFound, $"Database '{_database}' was dropped.", ("database", _database.Value));

    private EngineException Exists(SubscriptionDefinition existing) => new(
        ErrorCode.SubscriptionExists,
        $"Database '{_database}' has a subscription '{existing.Name}' with another definition (query: {existing.Query}).",
        ("database", _database.Value),
        ("subscription", existing.Name));

    private void CheckEnabled(SubscriptionDefinition definition)
    {
        if (!definition.Disabled) return;
        throw new EngineException(
            ErrorCode.SubscriptionDisabled,
            $"Subscription '{definition.Name}' of database '{_database}' is disabled.",
            ("database", _database.Value),
            ("subscription", definition.Name));
    }

    private EngineException TooMany() => new(
        ErrorCode.LimitExceeded,
        $"Database '{_database}' has {_byId.Count} subscriptions; the limit (Limits:SubscriptionsPerDatabase) is {_services.MaxSubscriptions}.",
        ("limit", _services.MaxSubscriptions.ToString(CultureInfo.InvariantCulture)),
        ("setting", "Limits:SubscriptionsPerDatabase"));

    private readonly struct Releaser(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}

/// <summary>What registries share.</summary>
/// <param name="Store">Where subscriptions are kept.</param>
/// <param name="Leases">Who works.</param>
/// <param name="MaxSubscriptions">The most subscriptions of one database.</param>
/// <param name="Time">The clock.</param>
public sealed record RegistryServices(ISubscriptionStore Store, SubscriptionLeaseManager Leases, int MaxSubscriptions, TimeProvider Time)
{
    /// <summary>Compiles queries.</summary>
    public QueryCompiler Queries { get; init; } = new();
}
