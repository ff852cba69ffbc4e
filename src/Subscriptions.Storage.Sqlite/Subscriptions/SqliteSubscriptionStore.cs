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
        var definition = DefinitionRow.Of(subscription.Definition);
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
                $"There is a subscription {id} already, under another name than '{definition.Name}'.", nameof(subscription)),
        };
    }

    /// <inheritdoc />
    public async ValueTask<bool> UpdateAsync(
        SubscriptionId id, SubscriptionDefinition definition, CancellationToken cancellationToken)
    {
        var row = DefinitionRow.Of(definition);
        var outcome = await _writer.RunAsync(
            connection => SubscriptionRows.Update(connection, id, row), cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            RowOutcome.Done => true,
            RowOutcome.NotFound => false,
            _ => throw new ArgumentException(
                $"Subscription {id} cannot become '{row.Name}' in database '{row.Database}': a subscription keeps its database and its name.",
                nameof(definition)),
        };
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SubscriptionRows.Delete(connection, id), cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> DeleteAllAsync(DatabaseName database, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SubscriptionRows.DeleteAll(connection, database), cancellationToken);

    /// <inheritdoc />
    public ValueTask<SubscriptionProgress?> GrantAsync(SubscriptionId id, CancellationToken cancellationToken) =>
        NextTokenAsync(id, null, cancellationToken);

    /// <inheritdoc />
    public ValueTask<SubscriptionProgress?> SetCursorAsync(SubscriptionId id, ResumeToken cursor, CancellationToken cancellationToken) =>
        NextTokenAsync(id, cursor.ToByteArray(), cancellationToken);

    /// <inheritdoc />
    public ValueTask<ProgressOutcome> SaveProgressAsync(ProgressUpdate update, CancellationToken cancellationToken) =>
        _writer.RunAsync(new SaveProgressItem(update), cancellationToken);

    /// <summary>Carries out what is under way and closes the file.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async ValueTask<SubscriptionProgress?> NextTokenAsync(SubscriptionId id, byte[]? cursor, CancellationToken cancellationToken)
    {
        var row = await _writer.RunAsync(
            connection => SubscriptionRows.NextToken(connection, id, cursor), cancellationToken).ConfigureAwait(false);
        return row?.ToProgress(id, _file.Connection.Path);
    }
}
