using System.Collections.Concurrent;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Databases as files in a folder, one each. The default <see cref="IDocumentStoreProvider"/>.</summary>
/// <remarks>
/// A file is called as its database, with <c>.</c> for <c>/</c> and <c>.db</c> at the end; names have no dots of their own. New files are made, and
/// dropped ones deleted, in a folder beside it, so that what has a database's name is always a whole database.
/// </remarks>
public sealed class SqliteDocumentStoreProvider : IDocumentStoreProvider
{
    private const string Suffix = ".db";

    private readonly string _folder;
    private readonly string _temporaryFolder;
    private readonly TimeProvider _timeProvider;
    private readonly SqliteTuning _tuning;
    private readonly IStoreObserver? _observer;
    private readonly ConcurrentDictionary<DatabaseName, SqliteDocumentStore?> _open = [];
    private long _temporaryFiles;

    private SqliteDocumentStoreProvider(
        string folder, string temporaryFolder, TimeProvider timeProvider, SqliteTuning tuning, IStoreObserver? observer)
    {
        _folder = folder;
        _temporaryFolder = temporaryFolder;
        _timeProvider = timeProvider;
        _tuning = tuning;
        _observer = observer;
    }

    /// <summary>Opens the folder's databases, and deletes what a killed process left half made or half dropped.</summary>
    /// <param name="data">The locked data folder; stays the caller's.</param>
    /// <param name="timeProvider">The stores' clock.</param>
    /// <param name="observer">Told how the stores' files are doing; null: nobody.</param>
    /// <exception cref="StoreException">The folder cannot be written to; the message names it.</exception>
    public static SqliteDocumentStoreProvider Open(DataFolder data, TimeProvider timeProvider, IStoreObserver? observer = null) =>
        Open(data, timeProvider, new SqliteTuning(), observer);

    internal static SqliteDocumentStoreProvider Open(
        DataFolder data, TimeProvider timeProvider, SqliteTuning tuning, IStoreObserver? observer = null)
    {
        var folder = data.Subfolder("databases");
        var temporaryFolder = data.Subfolder("databases.tmp");
        try
        {
            SqliteFile.DeleteLeftovers(folder, temporaryFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.ToFault(folder, e);
        }

        return new SqliteDocumentStoreProvider(folder, temporaryFolder, timeProvider, tuning, observer);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<DatabaseName>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var names = new List<DatabaseName>();
            foreach (var file in Directory.EnumerateFiles(_folder, "*" + Suffix))
            {
                if (NameOf(file) is { } name) names.Add(name);
            }

            names.Sort();
            return ValueTask.FromResult<IReadOnlyList<DatabaseName>>(names);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.ToFault(_folder, e);
        }
    }

    /// <inheritdoc />
    public async ValueTask<IDocumentStore?> CreateAsync(DatabaseInfo info, ICommitObserver observer, CancellationToken cancellationToken)
    {
        var path = PathOf(info.Name);
        if (File.Exists(path)) return null;

        // Several syncs long: not on the caller's thread.
        await Task.Run(
            () => SqliteFile.Create(path, _temporaryFolder, DocumentSchema.Format, _tuning, connection => DatabaseRows.Initialize(connection, info)),
            cancellationToken).ConfigureAwait(false);
        return await OpenAsync(info.Name, observer, CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IDocumentStore?> OpenAsync(DatabaseName name, ICommitObserver observer, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return null;
        if (!_open.TryAdd(name, null)) throw new InvalidOperationException($"The database '{name}' is open already.");

        try
        {
            var store = await Task.Run(
                async () => await SqliteDocumentStore.OpenAsync(path, name, observer, _timeProvider, _tuning, _observer).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            _open[name] = store;
            store.TemporaryFile = () => TemporaryFile("backup");
            store.Closed = () => _open.TryRemove(name, out _);
            return store;
        }
        catch
        {
            _open.TryRemove(name, out _);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask<IDatabaseRestore> PrepareRestoreAsync(DatabaseName name, Stream content, CancellationToken cancellationToken) =>
        await SqliteDatabaseRestore.PrepareAsync(
            name, content, TemporaryFile("restore"), PathOf(name), _tuning, () => CheckClosed(name, "replaced"), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<RewindResult?> RewindAsync(DatabaseName name, PartitionRewind rewind, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return null;
        CheckClosed(name, "rewound");

        var now = ChangeRows.Time(_timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        return await Task.Run(
            () => SqliteFile.Change(path, DocumentSchema.Format, _tuning, connection => DocumentRewind.Run(connection, rewind, now)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> DropAsync(DatabaseName name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return false;
        CheckClosed(name, "dropped");

        await Task.Run(() => SqliteFile.Drop(path, _temporaryFolder), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Closes the stores that are still open.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _open.Values)
        {
            if (store is not null) await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static DatabaseName? NameOf(string file)
    {
        try
        {
            var name = DatabaseName.Parse(Path.GetFileNameWithoutExtension(file).Replace('.', '/'));
            return Path.GetExtension(file) == Suffix ? name : null;
        }
        catch (ArgumentException)
        {
            // Not a file of this program; whoever put it there may want it.
            return null;
        }
    }

    private void CheckClosed(DatabaseName name, string what)
    {
        if (_open.ContainsKey(name)) throw new InvalidOperationException($"The database '{name}' is open; close it before it is {what}.");
    }

    // No database has such a name, so that it cannot be in the way of one that is made or dropped. The folder is emptied at the start.
    private string TemporaryFile(string kind) => Path.Combine(_temporaryFolder, $"{kind}.{Interlocked.Increment(ref _temporaryFiles)}.tmp");

    private string PathOf(DatabaseName name) => Path.Combine(_folder, name.Value.Replace('/', '.') + Suffix);
}
