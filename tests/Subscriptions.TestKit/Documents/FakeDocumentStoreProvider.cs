using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>Databases in memory. Whatever is put on one <see cref="FakeDisk"/> is there for every provider that is made on it.</summary>
/// <param name="disk">Where the databases are; default: an empty disk.</param>
/// <param name="timeProvider">The stores' clock; default: the system's.</param>
public sealed class FakeDocumentStoreProvider(FakeDisk? disk = null, TimeProvider? timeProvider = null) : IDocumentStoreProvider
{
    private readonly FakeDisk _disk = disk ?? new FakeDisk();

    /// <summary>How many local documents a store may have.</summary>
    public int MaxLocals { get; init; } = LocalDocument.MaxCount;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<DatabaseName>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_disk.Databases) return ValueTask.FromResult<IReadOnlyList<DatabaseName>>([.. _disk.Databases.Keys.Order()]);
    }

    /// <inheritdoc />
    public ValueTask<IDocumentStore?> CreateAsync(DatabaseInfo info, ICommitObserver observer, CancellationToken cancellationToken)
    {
        lock (_disk.Databases)
        {
            var database = new FakeDatabase(info);
            return ValueTask.FromResult<IDocumentStore?>(_disk.Databases.TryAdd(info.Name, database) ? Open(database, observer) : null);
        }
    }

    /// <inheritdoc />
    public ValueTask<IDocumentStore?> OpenAsync(DatabaseName name, ICommitObserver observer, CancellationToken cancellationToken)
    {
        if (_disk.OpenFault is { } fault) return ValueTask.FromException<IDocumentStore?>(fault);
        lock (_disk.Databases)
            return ValueTask.FromResult<IDocumentStore?>(_disk.Databases.TryGetValue(name, out var database) ? Open(database, observer) : null);
    }

    /// <inheritdoc />
    public ValueTask<bool> DropAsync(DatabaseName name, CancellationToken cancellationToken)
    {
        if (_disk.DropFault is { } fault) return ValueTask.FromException<bool>(fault);
        lock (_disk.Databases) return ValueTask.FromResult(_disk.Databases.Remove(name));
    }

    /// <inheritdoc />
    public async ValueTask<IDatabaseRestore> PrepareRestoreAsync(DatabaseName name, Stream content, CancellationToken cancellationToken) =>
        new Restore(_disk, await FakeBackup.ReadAsync(name, content, cancellationToken));

    /// <inheritdoc />
    public ValueTask<RewindResult?> RewindAsync(DatabaseName name, PartitionRewind rewind, CancellationToken cancellationToken)
    {
        lock (_disk.Databases)
        {
            var now = (timeProvider ?? TimeProvider.System).GetUtcNow();
            return ValueTask.FromResult(_disk.Databases.TryGetValue(name, out var database) ? database.Rewind(rewind, now) : null);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private FakeDocumentStore Open(FakeDatabase database, ICommitObserver observer) =>
        new(database, observer, timeProvider ?? TimeProvider.System) { MaxLocals = MaxLocals, IsSlow = () => _disk.IsSlow };

    private sealed class Restore(FakeDisk disk, FakeDatabase database) : IDatabaseRestore
    {
        public ValueTask<bool> CommitAsync(bool replace)
        {
            if (disk.RestoreFault is { } fault) return ValueTask.FromException<bool>(fault);
            lock (disk.Databases)
            {
                if (!replace && disk.Databases.ContainsKey(database.Info.Name)) return ValueTask.FromResult(false);
                disk.Databases[database.Info.Name] = database;
                return ValueTask.FromResult(true);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
