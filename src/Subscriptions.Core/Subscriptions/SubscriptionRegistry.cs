using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Subscriptions;

/// <summary>The subscriptions of one database: what administrators do to them, and what workers need of them. Thread-safe.</summary>
public sealed class SubscriptionRegistry
{
    private readonly DatabaseName _database;
    private readonly RegistryServices _services;
    private readonly RegistryErrors _errors;
    private readonly SubscriptionTable _table = new();
    private readonly SubscriptionCreator _creator;
    private readonly SubscriptionUpdater _updater;
    private readonly ChangeTurns _changes;
    private volatile ChangeFeed _feed;
    private volatile bool _isSuspended;

    internal SubscriptionRegistry(DatabaseName database, ChangeFeed feed, RegistryServices services)
    {
        _database = database;
        _feed = feed;
        _services = services;
        _errors = new RegistryErrors(database);
        _creator = new SubscriptionCreator(database, _table, services, _errors);
        _updater = new SubscriptionUpdater(_table, () => _feed, services, _errors);
        _changes = new ChangeTurns(() => _creator.LoadAsync(CancellationToken.None), _errors);
        FailedItems = new SubscriptionFailedItems(this, services);
    }

    /// <summary>All subscriptions, in no order and at little cost; what comes and goes meanwhile may be among them or not.</summary>
    public IEnumerable<SubscriptionEntry> Entries => _table.Entries;

    /// <summary>Compiles queries as those of subscriptions are.</summary>
    public QueryCompiler Queries => _services.Queries;

    /// <summary>What workers could not process.</summary>
    public SubscriptionFailedItems FailedItems { get; }

    /// <summary>All subscriptions, by name.</summary>
    public IReadOnlyList<SubscriptionEntry> List() =>
        [.. _table.Entries.OrderBy(e => e.Definition.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>A page of the subscriptions, by normalized name.</summary>
    /// <param name="filter">Which are meant.</param>
    /// <param name="pageSize">From 1 to 1000; 0: 1000.</param>
    /// <param name="pageToken">Of the page before; empty: from the beginning. What is created or deleted meanwhile moves nothing to another page.</param>
    /// <exception cref="Validation.InvalidInputException">The size is outside its range, or the token none.</exception>
    public SubscriptionPage List(SubscriptionFilter filter, int pageSize, string pageToken)
    {
        var prefix = SubscriptionDefinition.NormalizeName(filter.NamePrefix);
        return SubscriptionPaging.Cut(_table.Entries.Where(IsMeant), pageSize, pageToken);

        bool IsMeant(SubscriptionEntry entry) =>
            SubscriptionDefinition.NormalizeName(entry.Definition.Name).StartsWith(prefix, StringComparison.Ordinal)
            && (filter.Disabled is not { } disabled || entry.Definition.Disabled == disabled)
            && (filter.Connected is not { } connected || (GetWorkers(entry).Holders.Count > 0) == connected);
    }

    /// <summary>A subscription by name, whatever its case.</summary>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND.</exception>
    public SubscriptionEntry Get(string name)
    {
        SubscriptionDefinition.CheckName(name, "name");
        return _table.TryGet(name, out var entry) ? entry : throw _errors.NotFound(name);
    }

    /// <summary>Who works on a subscription and who waits.</summary>
    public LeaseSnapshot GetWorkers(SubscriptionEntry entry) => _services.Leases.GetSnapshot(entry.Id);

    /// <summary>Changes of the database above a subscription's cursor, matching or not.</summary>
    public long GetLag(SubscriptionEntry entry) =>
        _feed.Partitions.Sum(p => Math.Max(0, p.HighSeqno - entry.Stored.Progress.Cursor[p.Partition].Seqno));

    /// <summary>How old the oldest change above a subscription's cursor is, matching or not; zero when there is none. Reads the log.</summary>
    public async ValueTask<TimeSpan> GetLagTimeAsync(SubscriptionEntry entry, CancellationToken cancellationToken)
    {
        var cursor = entry.Stored.Progress.Cursor;
        var lagTime = TimeSpan.Zero;
        foreach (var partition in _feed.Partitions)
        {
            var seqno = cursor[partition.Partition].Seqno;
            if (partition.HighSeqno <= seqno || await _feed.OldestAboveAsync(partition.Partition, seqno, cancellationToken) is not { } oldest) continue;

            var age = _services.Time.GetUtcNow() - oldest;
            if (age > lagTime) lagTime = age;
        }

        return lagTime;
    }

    /// <summary>Creates a subscription; durable on return. Idempotent for the same definition.</summary>
    /// <returns>The subscription, and false when it existed already.</returns>
    /// <exception cref="EngineException">SUBSCRIPTION_EXISTS, LIMIT_EXCEEDED.</exception>
    /// <exception cref="QueryException">The query cannot be used.</exception>
    /// <exception cref="Validation.InvalidInputException">A value is outside its range.</exception>
    public async Task<(SubscriptionEntry Entry, bool IsCreated)> CreateAsync(
        SubscriptionDefinition definition, StartPoint start, CancellationToken cancellationToken)
    {
        SubscriptionDefinition.CheckName(definition.Name, "definition.name");
        _updater.Check(definition, "definition.");
        var cursor = start.Resolve(_feed.Partitions, "start");

        return await _changes.RunAsync(() => _creator.CreateAsync(definition, cursor), cancellationToken);
    }

    /// <summary>
    /// Changes what is named and nothing else, all of it or nothing; durable on return. Workers are ended with SUBSCRIPTION_CHANGED when what
    /// they are sent, how they are retried or where they stand changes, with SUBSCRIPTION_DISABLED when the subscription is disabled.
    /// </summary>
    /// <returns>The subscription; whether anything was changed; whether it was created.</returns>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_EXISTS (the new name), LIMIT_EXCEEDED.</exception>
    /// <exception cref="QueryException">The query cannot be used.</exception>
    /// <exception cref="Validation.InvalidInputException">A value is outside its range.</exception>
    public async Task<(SubscriptionEntry Entry, bool IsChanged, bool IsCreated)> UpdateAsync(
        string name, SubscriptionChanges changes, CancellationToken cancellationToken)
    {
        SubscriptionDefinition.CheckName(name, "name");
        if (changes.NewName is { } newName) SubscriptionDefinition.CheckName(newName, "new_name");

        return await _changes.RunAsync(
            async () =>
            {
                if (_table.TryGet(name, out var entry)) return (entry, await _updater.UpdateAsync(entry, changes), false);
                if (!changes.AllowMissing) throw _errors.NotFound(name);

                var definition = changes.ToDefinition(_database, name);
                _updater.Check(definition, "");
                var cursor = (changes.Cursor ?? new StartPoint.Beginning()).Resolve(_feed.Partitions, "cursor");
                var (created, isCreated) = await _creator.CreateAsync(definition, cursor);
                return (created, isCreated, isCreated);
            },
            cancellationToken);
    }

    /// <summary>Removes a subscription; durable on return. Its workers are ended.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => _changes.RunAsync(
        async () =>
        {
            var entry = Get(name);
            await _services.Store.DeleteAsync(entry.Id, CancellationToken.None);
            _creator.Forget(entry);
            return entry;
        },
        cancellationToken);

    /// <summary>Refuses or admits workers; durable on return. Idempotent. Disabling ends connected workers.</summary>
    public async Task<SubscriptionEntry> SetDisabledAsync(string name, bool isDisabled, CancellationToken cancellationToken) =>
        (await UpdateAsync(name, new SubscriptionChanges { Disabled = isDisabled }, cancellationToken)).Entry;

    /// <summary>Moves the cursor; durable on return. An ack that is under way does not undo it; connected workers reconnect.</summary>
    public async Task<SubscriptionEntry> SetCursorAsync(string name, StartPoint to, CancellationToken cancellationToken) =>
        (await UpdateAsync(name, new SubscriptionChanges { Cursor = to }, cancellationToken)).Entry;

    /// <summary>Ends a subscription's workers, waiting ones too.</summary>
    /// <param name="name">The subscription.</param>
    /// <param name="workerName">Only workers of this name; empty: whatever it is.</param>
    /// <param name="token">Only the worker that has this token; null: whatever it is, and those that have none.</param>
    /// <returns>How many were ended.</returns>
    public int DropWorkers(string name, string workerName, FencingToken? token = null) => _services.Leases.Evict(
        Get(name).Id,
        w => (workerName.Length == 0 || w.Worker.Name == workerName) && (token is null || w.Token == token),
        ErrorCode.Dropped);

    /// <summary>A subscription for a worker's session.</summary>
    /// <exception cref="EngineException">SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_DISABLED.</exception>
    public ISessionSubscription Open(string name)
    {
        var entry = Get(name);
        CheckEnabled(entry.Definition);
        return new SessionSubscription(this, entry);
    }

    internal SessionSource Begin(SubscriptionEntry entry, SubscriptionProgress granted)
    {
        if (!_table.Contains(entry.Id)) throw _errors.NotFound(entry.Definition.Name);
        if (entry.IsChanging) throw RegistryErrors.Changing();
        if (_isSuspended) throw _errors.HistoryChanging();
        var definition = entry.Definition;
        CheckEnabled(definition);
        entry.Moved(granted);

        var query = _updater.Compile(definition);
        var isRevisions = query.Query.Source.Revisions is not null;
        var view = new SubscriptionView(query.CreateView(), definition.IncludeDeletes, isRevisions);
        return new SessionSource(definition, _feed, view, entry.Stored.Progress) { IsRevisions = isRevisions };
    }

    internal async ValueTask<ProgressOutcome> SaveAsync(SubscriptionEntry entry, ProgressUpdate update, CancellationToken cancellationToken)
    {
        if (update.AckedAt is { } at) update = update with { AckedAt = SubscriptionCreator.ToMilliseconds(at) };
        var outcome = await _services.Store.SaveProgressAsync(update, cancellationToken);
        if (outcome == ProgressOutcome.Saved) entry.Saved(update);
        return outcome;
    }

    /// <summary>
    /// Disables a subscription on behalf of one of its own workers, and ends them all; durable on return. Nothing happens to one that is
    /// disabled already or that does not exist any more.
    /// </summary>
    internal Task StopAsync(SubscriptionEntry entry, string reason, CancellationToken cancellationToken) =>
        // No change waits for a worker, so a worker may wait for a change.
        _changes.TryRunAsync(async () => _table.Contains(entry.Id) && await _updater.StopAsync(entry, reason), cancellationToken);

    /// <summary>
    /// By partition, how far all subscriptions that want deletions have come. One at the beginning has seen none of the documents, and misses no deletion.
    /// </summary>
    internal IReadOnlyList<long> ListDeletionsTaken()
    {
        var partitions = _feed.Partitions;
        var taken = Enumerable.Repeat(long.MaxValue, partitions.Count).ToArray();
        foreach (var entry in _table.Entries)
        {
            var (definition, progress) = (entry.Definition, entry.Stored.Progress);
            if (!definition.IncludeDeletes || _updater.Compile(definition).Query.Source.Revisions is not null) continue;

            var cursor = CursorRewind.Apply(progress.Cursor, partitions, canMissDeletes: true, out _);
            foreach (var position in cursor.Positions) taken[position.Partition] = Math.Min(taken[position.Partition], position.Seqno);
        }

        return taken;
    }

    /// <summary>Ends all workers, waiting ones too, with HISTORY_CHANGED; nobody begins until <see cref="Resume"/>.</summary>
    internal void Suspend()
    {
        // In this order: who begins before is there to be ended, and who comes after does not begin.
        _isSuspended = true;
        foreach (var entry in _table.Entries) _services.Leases.Evict(entry.Id, _ => true, ErrorCode.HistoryChanged);
    }

    /// <summary>Goes on, over another log of the same database. What workers saved on the way out stands before the next one begins.</summary>
    internal void Resume(ChangeFeed feed)
    {
        _feed = feed;
        _isSuspended = false;
    }

    internal Task LoadAsync(CancellationToken cancellationToken) => _creator.LoadAsync(cancellationToken);

    internal Task DropAsync() => _changes.RunAsync(
        async () =>
        {
            var count = await _services.Store.DeleteAllAsync(_database, CancellationToken.None);

            // Whoever still has the registry must not create what the next database of the name would find.
            _changes.Drop();
            foreach (var entry in _table.Entries) _services.Leases.Evict(entry.Id, _ => true, ErrorCode.DatabaseDropped);
            _table.Clear();
            return count;
        },
        CancellationToken.None);

    private void CheckEnabled(SubscriptionDefinition definition)
    {
        if (definition.Disabled) throw _errors.Disabled(definition);
    }
}
