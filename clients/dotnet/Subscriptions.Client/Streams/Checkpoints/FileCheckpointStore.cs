using System.Text.Json;

namespace Subscriptions.Client;

/// <summary>
/// Keeps the positions of one consumer in one JSON file, which people can read. A save is durable when it returns: the file is written beside the old one,
/// synced and put in its place, so that it is never half written. One process at a time can use a file; it is locked (by a file of the same name and <c>.lock</c>) from the first use until this is
/// disposed of. Thread-safe.
/// </summary>
public sealed class FileCheckpointStore : ICheckpointStore, IDisposable
{
    private readonly string _path;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private FileStream? _lock;
    private CheckpointTable? _table;

    /// <summary>Makes a store over a file, which need not exist; its folder is made when it does not.</summary>
    public FileCheckpointStore(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Path.GetFullPath(path);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is none of this store's, or of another consumer.</exception>
    /// <exception cref="IOException">The file cannot be read, or another process uses it.</exception>
    public async Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
        CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(partitions);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var table = Open(scope);
            var found = table.Claim(partitions, epoch, out var hasChanged);
            if (hasChanged)
            {
                Write(table);
            }

            return found;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written; the old one stands.</exception>
    public async Task SaveAsync(
        CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(checkpoints);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var table = Open(scope);
            table.Save(checkpoints);
            Write(table);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives the file free.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
        _table = null;
    }

    private CheckpointTable Open(CheckpointScope scope)
    {
        if (_table is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _lock ??= new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _table = Read(scope);
        }

        return _table.Scope == scope
            ? _table
            : throw new InvalidDataException($"'{_path}' holds the checkpoints of '{_table.Scope}', not of '{scope}'; use a file for each consumer.");
    }

    private CheckpointTable Read(CheckpointScope scope)
    {
        if (!File.Exists(_path))
        {
            return new CheckpointTable(scope);
        }

        try
        {
            using var file = File.OpenRead(_path);
            var form = JsonSerializer.Deserialize(file, CheckpointJson.Default.CheckpointFile) ?? throw new JsonException("It is null.");
            if (form.Version != CheckpointJson.Version)
            {
                throw new JsonException($"It has version {form.Version}; this library reads version {CheckpointJson.Version}.");
            }

            if (form.Partitions?.All(entry => entry is not null && entry.EarlierPlaces?.Contains(null!) != true) != true)
            {
                throw new JsonException("It has null where a partition or a place belongs.");
            }

            var table = new CheckpointTable(new CheckpointScope(form.Database, form.Consumer));
            foreach (var entry in form.Partitions)
            {
                table.Put(entry);
            }

            return table;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{_path}' is no file of checkpoints: {e.Message} Delete it to begin anew.", e);
        }
    }

    private void Write(CheckpointTable table)
    {
        var form = new CheckpointFile(
            CheckpointJson.Version,
            table.Scope.Database,
            table.Scope.Consumer,
            [.. table.Rows]);
        try
        {
            var temporary = _path + ".tmp";
            using (var file = File.Create(temporary))
            {
                JsonSerializer.Serialize(file, form, CheckpointJson.Default.CheckpointFile);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path, overwrite: true);
            FolderSync.Sync(Path.GetDirectoryName(_path)!);
        }
        catch
        {
            // What is in memory may be ahead of the file now.
            _table = null;
            throw;
        }
    }
}
