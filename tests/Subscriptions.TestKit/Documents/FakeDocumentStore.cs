using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>
/// A document store in memory that passes <see cref="DocumentStoreContract"/>: for tests of what is built on stores. Everything happens under one
/// lock, on the caller's thread unless the store is slow.
/// </summary>
public sealed partial class FakeDocumentStore : IDocumentStore
{
    private readonly FakeDatabase _database;
    private readonly ICommitObserver? _observer;
    private readonly TimeProvider _timeProvider;
    private bool _isClosed;

    /// <summary>Creates an empty store that nothing else shares.</summary>
    /// <param name="name">The database's name.</param>
    /// <param name="partitionCount">How many partitions.</param>
    /// <param name="observer">Told of every commit.</param>
    /// <param name="timeProvider">The store's clock; default: the system's.</param>
    public FakeDocumentStore(
        string name = "test", int partitionCount = 1, ICommitObserver? observer = null, TimeProvider? timeProvider = null)
        : this(
            new FakeDatabase(new DatabaseInfo(
                DatabaseName.Parse(name), partitionCount, new DatabaseSettings(), (timeProvider ?? TimeProvider.System).GetUtcNow())),
            observer,
            timeProvider ?? TimeProvider.System)
    {
    }

    internal FakeDocumentStore(FakeDatabase database, ICommitObserver? observer, TimeProvider timeProvider)
    {
        _database = database;
        _observer = observer;
        _timeProvider = timeProvider;
    }

    /// <summary>When set, every call fails with it and changes nothing, until it is set to null again.</summary>
    public StoreException? Fault { get; set; }

    /// <summary>While true, a call takes time before it is carried out, and again before it is answered: others come between. Default: never.</summary>
    public Func<bool> IsSlow { get; init; } = static () => false;

    /// <summary>How many local documents there may be.</summary>
    public int MaxLocals { get; init; } = LocalDocument.MaxCount;

    /// <summary>How many times changes were read: to see who reads too often.</summary>
    public int Reads { get; private set; }

    /// <summary>The size of the documents that were got by their ids, by <see cref="Change.Size"/>: to see who holds too much.</summary>
    public long BytesGot { get; private set; }

    /// <inheritdoc />
    public DatabaseInfo Info => _database.Info;

    /// <inheritdoc />
    public IReadOnlyList<PartitionState> Partitions
    {
        get
        {
            lock (_database.Lock) return _database.Partitions;
        }
    }

    /// <inheritdoc />
    public ValueTask<DocumentStatistics> GetStatisticsAsync(CancellationToken cancellationToken) =>
        Run(() => _database.Statistics, cancellationToken);

    /// <inheritdoc />
    public ValueTask<WriteResult> WriteAsync(IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken)
    {
        if (operations.Any(o => o.History is not null)) throw new ArgumentException("A version made elsewhere stands for itself.", nameof(operations));
        return Run(committed => _database.Write(operations, _timeProvider.GetUtcNow(), committed), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<WriteEachOutcome>> WriteEachAsync(
        IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(operations.Count);
        return Run(committed => _database.WriteEach(operations, _timeProvider.GetUtcNow(), committed), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Change?> GetAsync(string id, CancellationToken cancellationToken) => Run(
        () =>
        {
            var found = _database.Get(id);
            BytesGot += found?.Size ?? 0;
            return found;
        },
        cancellationToken);

    /// <inheritdoc />
    public ValueTask<ChangePage> ReadChangesAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        CheckPage(partition, afterSeqno, limits);
        return Run(
            () =>
            {
                Reads++;
                return _database.Read(partition, afterSeqno, limits);
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<int> ExpireAsync(DateTimeOffset now, int maxDocuments, CancellationToken cancellationToken) =>
        Run(committed => _database.Expire(now, maxDocuments, _timeProvider.GetUtcNow(), committed), cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> PurgeTombstonesAsync(
        DateTimeOffset before, IReadOnlyList<long>? upTo, int maxTombstones, CancellationToken cancellationToken) =>
        Run(() => _database.Purge(before, upTo, maxTombstones), cancellationToken);

    /// <inheritdoc />
    public ValueTask<Stream> BackUpAsync(CancellationToken cancellationToken) => Run(() => FakeBackup.Make(_database), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        lock (_database.Lock) _isClosed = true;
        return ValueTask.CompletedTask;
    }

    private void CheckPage(int partition, long afterSeqno, ReadLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Info.PartitionCount);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSeqno);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxCount, 1);
    }

    private ValueTask<T> Run<T>(Func<T> work, CancellationToken cancellationToken) => Run(_ => work(), cancellationToken);

    private ValueTask<T> Run<T>(Func<List<CommittedChange>, T> work, CancellationToken cancellationToken) =>
        IsSlow() ? RunSlowlyAsync(work, cancellationToken) : RunNow(work, cancellationToken);

    private async ValueTask<T> RunSlowlyAsync<T>(Func<List<CommittedChange>, T> work, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var result = await RunNow(work, cancellationToken);
        await Task.Yield();
        return result;
    }

    private ValueTask<T> RunNow<T>(Func<List<CommittedChange>, T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);

        lock (_database.Lock)
        {
            if (_isClosed) return Failed<T>(new StoreException(StoreFault.Closed, $"The store '{Info.Name}' is closed."));
            if (Fault is { } fault) return Failed<T>(fault);

            var committed = new List<CommittedChange>();
            var result = work(committed);

            // Inside the lock: that is what makes the order of the calls that of the commits.
            if (committed.Count > 0) _observer?.OnCommitted(committed);
            return ValueTask.FromResult(result);
        }
    }

    private static ValueTask<T> Failed<T>(Exception e) => ValueTask.FromException<T>(e);
}
