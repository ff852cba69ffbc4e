using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>
/// The subscriptions of all databases in one file of the data folder. Simultaneous calls share one synced transaction; lists are read on
/// connections of their own and do not wait for writes.
/// </summary>
/// <remarks>
/// Work on the writer's thread only reads and writes rows. Encoding, decoding and complaints happen on the caller's side, so that one
/// caller's bad value costs the others that share the transaction nothing.
/// </remarks>
public sealed class SqliteSubscriptionStore : ISubscriptionStore
{
    // What one transaction changes when all dead letters are meant: acks that come meanwhile wait for no more than that.
    private const int SliceRows = 1000;

    private readonly SqliteFile _file;
    private readonly SubscriptionWriterHost _host = new();
    private readonly SqliteWriter _writer;

    /// <summary>Works on an open file, which then belongs to the store.</summary>
    internal SqliteSubscriptionStore(SqliteFile file, TimeProvider timeProvider)
    {
        _file = file;
        _writer = file.StartWriter(_host, timeProvider);
    }

    /// <summary>How many transactions were synced since the store was opened; beside the number of calls it tells how well they share.</summary>
    internal long Commits => _host.Commits;

    /// <summary>Opens the subscriptions of a data folder; makes an empty file where there is none.</summary>
    /// <param name="folder">The locked data folder; stays the caller's.</param>
    /// <param name="timeProvider">The store's clock.</param>
    /// <param name="observer">Told how the file is doing; null: nobody.</param>
    /// <exception cref="StoreException">The file is damaged, foreign, newer or read-only; the message names it.</exception>
    public static SqliteSubscriptionStore Open(DataFolder folder, TimeProvider timeProvider, IStoreObserver? observer = null) =>
        Open(folder, new SqliteTuning(), timeProvider, observer);

    /// <inheritdoc cref="Open(DataFolder, TimeProvider, IStoreObserver?)" />
    internal static SqliteSubscriptionStore Open(
        DataFolder folder, SqliteTuning tuning, TimeProvider timeProvider, IStoreObserver? observer = null)
    {
        var path = Path.Combine(folder.FullPath, SubscriptionFileFormat.FileName);
        if (!File.Exists(path))
            SqliteFile.Create(path, folder.Subfolder("subscriptions.tmp"), SubscriptionFileFormat.Instance, tuning, _ => { });
        return new SqliteSubscriptionStore(SqliteFile.Open(path, SubscriptionFileFormat.Instance, tuning, observer), timeProvider);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<StoredSubscription>> ListAsync(DatabaseName database, CancellationToken cancellationToken) =>
        await _file.Readers.ReadAsync(database, SubscriptionRows.List, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<bool> CreateAsync(StoredSubscription subscription, CancellationToken cancellationToken)
    {
        var definition = new DefinitionRow(subscription.Definition);
        var progress = ProgressRow.Of(subscription.Progress);
        var id = subscription.Id;
        var createdAt = subscription.CreatedAt.ToUnixTimeMilliseconds();
        var outcome = await _writer.RunAsync(
            connection => SubscriptionRows.Insert(connection, id, definition, createdAt, progress), cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            RowOutcome.Done => true,
            RowOutcome.NameTaken => false,
            _ => throw new ArgumentException(
                $"There is a subscription {id} already, under another name than '{subscription.Definition.Name}'.", nameof(subscription)),
        };
    }

    /// <inheritdoc />
    public async ValueTask<SubscriptionUpdate> UpdateAsync(
        SubscriptionId id, SubscriptionDefinition definition, ResumeToken? cursor, CancellationToken cancellationToken)
    {
        var row = new DefinitionRow(definition);
        var bytes = cursor?.ToByteArray();
        var (outcome, progress) = await _writer.RunAsync(
            connection =>
            {
                var outcome = SubscriptionRows.Update(connection, id, row);
                if (outcome != RowOutcome.Done) return (outcome, null);
                return (outcome, bytes is null ? ProgressRows.Find(connection, id) : ProgressRows.Move(connection, id, bytes));
            },
            cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            RowOutcome.Done => new SubscriptionUpdate(UpdateOutcome.Updated, progress?.ToProgress(id, _file.Connection.Path)),
            RowOutcome.NameTaken => new SubscriptionUpdate(UpdateOutcome.NameTaken, null),
            RowOutcome.NotFound => new SubscriptionUpdate(UpdateOutcome.NotFound, null),
            _ => throw new ArgumentException(
                $"Subscription {id} cannot move to database '{definition.Database}': a subscription keeps its database.", nameof(definition)),
        };
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SubscriptionRows.Delete(connection, id), cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SubscriptionRows.DeleteAll(connection, database), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, bool isShared, CancellationToken cancellationToken)
    {
        var row = await _writer.RunAsync(
            connection => ProgressRows.Grant(connection, id, isShared), cancellationToken).ConfigureAwait(false);
        return row?.ToProgress(id, _file.Connection.Path);
    }

    /// <inheritdoc />
    public async ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken)
    {
        var bytes = cursor.ToByteArray();
        var row = await _writer.RunAsync(connection => ProgressRows.Move(connection, id, bytes), cancellationToken).ConfigureAwait(false);
        return row?.ToProgress(id, _file.Connection.Path);
    }

    /// <inheritdoc />
    public ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        _writer.RunAsync(new SaveProgressItem(update), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<FailedItem>> ListFailedItemsAsync(
        SubscriptionId id, FailedItemKind kind, string afterId, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var after = FailedItemRow.IdOf(afterId);
        var rows = await _file.Readers.ReadAsync(
            (id, kind, after, max),
            static (connection, page) => FailedItemRows.List(connection, page.id, page.kind, page.after, page.max),
            cancellationToken).ConfigureAwait(false);
        return ToItems(id, rows);
    }

    /// <inheritdoc />
    public ValueTask<FailedItemCounts> CountFailedItemsAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        _file.Readers.ReadAsync(id, FailedItemRows.Count, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<FailedItem>> ReplayDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dueAt = now.ToUnixTimeMilliseconds();
        if (documents is not null)
        {
            var ids = FailedItemRow.IdsOf(documents);
            return ToItems(id, await _writer.RunAsync(
                connection => FailedItemRows.Replay(connection, id, ids, dueAt), cancellationToken).ConfigureAwait(false));
        }

        // From id to id, so that what is given up again meanwhile is not replayed again for ever.
        var replayed = new List<FailedItem>();
        byte[] after = [];
        while (true)
        {
            var from = after;
            var slice = await _writer.RunAsync(
                connection => FailedItemRows.ReplaySome(connection, id, from, SliceRows, dueAt), cancellationToken).ConfigureAwait(false);
            replayed.AddRange(ToItems(id, slice));
            if (slice.Count < SliceRows) return replayed;
            after = slice[^1].Id;
        }
    }

    /// <inheritdoc />
    public async ValueTask<long> DiscardDeadLettersAsync(
        SubscriptionId id, IReadOnlyList<string>? documents, CancellationToken cancellationToken)
    {
        if (documents is not null)
        {
            var ids = FailedItemRow.IdsOf(documents);
            return await _writer.RunAsync(connection => FailedItemRows.Discard(connection, id, ids), cancellationToken).ConfigureAwait(false);
        }

        long discarded = 0;
        while (true)
        {
            var slice = await _writer.RunAsync(
                connection => FailedItemRows.DiscardSome(connection, id, SliceRows), cancellationToken).ConfigureAwait(false);
            discarded += slice;
            if (slice < SliceRows) return discarded;
        }
    }

    /// <summary>Carries out what is under way and closes the file.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private FailedItem[] ToItems(SubscriptionId id, IReadOnlyCollection<FailedItemRow> rows) =>
        [.. rows.Select(row => row.ToItem(id, _file.Connection.Path))];
}
