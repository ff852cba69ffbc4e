using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>One database in one SQLite file.</summary>
internal sealed partial class SqliteDocumentStore : IDocumentStore
{
    private readonly SqliteFile _file;
    private readonly DocumentLog _log;
    private volatile DatabaseInfo _info;
    private int _isClosed;

    private SqliteDocumentStore(SqliteFile file, DatabaseInfo info, DocumentLog log, SqliteWriter writer)
    {
        _file = file;
        _log = log;
        _info = info;
        Writer = writer;
    }

    /// <inheritdoc />
    public DatabaseInfo Info
    {
        get
        {
            var (info, revisions) = (_info, _log.RevisionSettings);
            return ReferenceEquals(info.Settings.Revisions, revisions)
                ? info
                : _info = info with { Settings = info.Settings with { Revisions = revisions } };
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<PartitionState> Partitions => _log.Partitions;

    /// <summary>The file's writer.</summary>
    internal SqliteWriter Writer { get; }

    /// <summary>Called once, when the store was closed.</summary>
    internal Action? Closed { get; set; }

    /// <summary>Opens a database's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The database that it must hold.</param>
    /// <param name="observer">Told of commits.</param>
    /// <param name="timeProvider">The store's clock.</param>
    /// <param name="tuning">Sizes and times.</param>
    /// <param name="storeObserver">Told how the file is doing; null: nobody.</param>
    public static async ValueTask<SqliteDocumentStore> OpenAsync(
        string path,
        DatabaseName name,
        ICommitObserver observer,
        TimeProvider timeProvider,
        SqliteTuning tuning,
        IStoreObserver? storeObserver)
    {
        var file = SqliteFile.Open(path, DocumentSchema.Format, tuning, storeObserver);
        try
        {
            var info = DatabaseRows.ReadInfo(file.Connection);
            if (info.Name != name)
                throw SqliteFaults.Corrupt(path, $"it holds the database '{info.Name}', not '{name}': the file was renamed or copied");
            var log = new DocumentLog(file.Connection, observer, timeProvider, tuning);
            return new SqliteDocumentStore(file, info, log, file.StartWriter(log, timeProvider));
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<DocumentStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        var totals = _log.Totals;
        return ValueTask.FromResult(new DocumentStatistics(totals.Documents, totals.Tombstones, totals.Revisions, _file.DiskBytes));
    }

    /// <inheritdoc />
    public ValueTask<WriteResult> WriteAsync(IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(operations.Count);
        if (operations.Any(o => o.History is not null)) throw new ArgumentException("A version made elsewhere stands for itself.", nameof(operations));
        return Writer.RunAsync(new WriteRequest<WriteResult>(operations, _log.Write), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<WriteEachOutcome>> WriteEachAsync(
        IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(operations.Count);
        return Writer.RunAsync(new WriteRequest<IReadOnlyList<WriteEachOutcome>>(operations, _log.WriteEach), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Change?> GetAsync(string id, CancellationToken cancellationToken)
    {
        // No document has such an id, and the hash takes none.
        if (Encoding.UTF8.GetByteCount(id) > DocumentLimits.MaxIdBytes) return ValueTask.FromResult<Change?>(null);

        var partition = PartitionHash.Of(id, Info.PartitionCount);
        return _file.Readers.ReadAsync((id, partition), DocumentReader.Get, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<ChangePage> ReadChangesAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        var request = ToRequest(partition, afterSeqno, limits, cancellationToken);
        return _file.Readers.ReadAsync(request, DocumentReader.ReadPage, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<int> ExpireAsync(DateTimeOffset now, int maxDocuments, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDocuments);
        return Writer.RunAsync(new SweepItem<int>(() => _log.Expire(now, maxDocuments), count => count), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<int> PurgeTombstonesAsync(
        DateTimeOffset before, IReadOnlyList<long>? upTo, int maxTombstones, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTombstones);
        var purged = 0;
        while (true)
        {
            var left = maxTombstones - purged;

            // Those that are held back are passed over in a snapshot of its own, so that writers do not wait for that.
            var found = upTo is null ? null : await _file.Readers.ReadAsync((before, upTo, left), DocumentRetention.FindOld, cancellationToken).ConfigureAwait(false);
            var item = new SweepItem<(int Purged, bool IsCutShort)>(() => found is null ? _log.Purge(before, left) : _log.Purge(found), slice => slice.Purged);
            var slice = await Writer.RunAsync(item, cancellationToken).ConfigureAwait(false);
            purged += slice.Purged;
            if (!slice.IsCutShort) return purged;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1) return;
        await _file.DisposeAsync().ConfigureAwait(false);
        Closed?.Invoke();
    }

    private PageRequest ToRequest(int partition, long seqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Info.PartitionCount);
        ArgumentOutOfRangeException.ThrowIfNegative(seqno);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxCount, 1);
        return new PageRequest(partition, seqno, limits, cancellationToken);
    }
}
