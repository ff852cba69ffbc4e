using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>
/// The one log of a database as every face reads it: the newest changes from memory, older ones from the store, without gap or repeat
/// between the two. Thread-safe.
/// </summary>
public sealed class ChangeFeed : ICommitObserver
{
    private readonly FeedListeners _listeners = new();
    private readonly long _tailBytes;
    private CollectionRuns? _runs;
    private ChangeTail? _tail;
    private IDocumentStore? _store;
    private volatile int _closedBecause;
    private long[] _high = [];

    /// <summary>Creates a feed that is not yet attached to its store.</summary>
    /// <param name="tailBytes">What the newest changes may take in memory, in bytes.</param>
    public ChangeFeed(long tailBytes) => _tailBytes = tailBytes;

    /// <summary>Where each partition of the store stands.</summary>
    public IReadOnlyList<PartitionState> Partitions => Store.Partitions;

    /// <summary>Where pages came from.</summary>
    public FeedFigures Figures { get; } = new();

    /// <summary>Why nothing comes any more; null while the feed is open. Who waits when it is closed is woken.</summary>
    public FeedClosing? ClosedBecause => _closedBecause == 0 ? null : (FeedClosing)_closedBecause;

    private IDocumentStore Store => _store ?? throw new InvalidOperationException("The feed is not attached to a store.");

    /// <summary>Attaches the feed to its store, which must have it as its observer. Once, before the first write or read.</summary>
    public void Attach(IDocumentStore store)
    {
        _high = [.. store.Partitions.Select(p => p.HighSeqno)];
        _tail = new ChangeTail(store.Partitions, _tailBytes);
        _runs = new CollectionRuns(store.Partitions);
        _store = store;
    }

    /// <inheritdoc />
    public void OnCommitted(IReadOnlyList<CommittedChange> changes)
    {
        _tail!.Append(changes);
        _runs!.Add(changes);

        // Readers skip up to the high seqno where nothing concerns them, so it rises only after tail and runs know the changes.
        foreach (var committed in changes) Volatile.Write(ref _high[committed.Change.Partition], committed.Change.Seqno);
        _listeners.Wake(changes);
    }

    /// <summary>The newest change of a partition that readers may be given.</summary>
    public long HighSeqno(int partition) => Volatile.Read(ref _high[partition]);

    /// <summary>
    /// Reads one partition's changes above <paramref name="afterSeqno"/>, by increasing seqno; see <see cref="IDocumentStore.ReadChangesAsync"/>.
    /// </summary>
    public ValueTask<ChangePage> ReadAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        if (_tail!.Read(partition, afterSeqno, limits) is { } page)
        {
            Figures.FromTail();
            return new ValueTask<ChangePage>(page);
        }

        return ReadStoredAsync(partition, afterSeqno, limits, cancellationToken);
    }

    /// <summary>As <see cref="ReadAsync"/>, from the store whatever is in memory.</summary>
    public ValueTask<ChangePage> ReadStoredAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        Figures.FromStore();
        return Store.ReadChangesAsync(partition, afterSeqno, limits, cancellationToken);
    }

    /// <summary>
    /// Reads one partition's changes below <paramref name="belowSeqno"/>, by decreasing seqno, from the store; see
    /// <see cref="IDocumentStore.ReadChangesBackwardsAsync"/>.
    /// </summary>
    public ValueTask<BackwardPage> ReadBackwardsAsync(int partition, long belowSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        Figures.FromStore();
        return Store.ReadChangesBackwardsAsync(partition, belowSeqno, limits, cancellationToken);
    }

    /// <summary>The newest version of a document, from the store; see <see cref="IDocumentStore.GetAsync"/>.</summary>
    public ValueTask<Change?> GetAsync(string id, CancellationToken cancellationToken) => Store.GetAsync(id, cancellationToken);

    /// <summary>Whether versions of a collection's documents that are written now are kept as revisions.</summary>
    /// <param name="collection">The collection; null: whether those of any are.</param>
    public bool HasRevisions(string? collection) =>
        collection is null ? Store.Info.Settings.Revisions.KeepsAny : Store.Info.Settings.Revisions.Keeps(collection);

    /// <summary>
    /// Reads one partition's kept versions above <paramref name="afterSeqno"/>, by increasing seqno, from the store; see
    /// <see cref="IDocumentStore.ReadRevisionsAsync"/>.
    /// </summary>
    public ValueTask<ChangePage> ReadRevisionsAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        Figures.FromStore();
        return Store.ReadRevisionsAsync(partition, afterSeqno, limits, cancellationToken);
    }

    /// <summary>
    /// The oldest kept version of a document at or above a seqno; see <see cref="IDocumentStore.GetRevisionAsync(string, long, CancellationToken)"/>.
    /// </summary>
    /// <returns>Null when none is kept.</returns>
    public ValueTask<Change?> GetRevisionAsync(string id, long fromSeqno, CancellationToken cancellationToken) =>
        Store.GetRevisionAsync(id, fromSeqno, cancellationToken);

    /// <summary>When the oldest change above a seqno was committed; null when there is none. Not counted in the figures.</summary>
    public async ValueTask<DateTimeOffset?> OldestAboveAsync(int partition, long afterSeqno, CancellationToken cancellationToken)
    {
        var limits = new ReadLimits(1, 1);
        var page = _tail!.Read(partition, afterSeqno, limits) ?? await Store.ReadChangesAsync(partition, afterSeqno, limits, cancellationToken);
        return page.Changes.Count == 0 ? null : page.Changes[0].ChangedAt;
    }

    /// <summary>The least seqno above <paramref name="afterSeqno"/> that can be a change of the collection; one more than the newest when none can.</summary>
    internal long NextSeqno(string collection, int partition, long afterSeqno, long highSeqno) =>
        _runs!.Next(collection, partition, afterSeqno, highSeqno);

    /// <summary>Nothing comes any more: wakes all who follow the feed, for good.</summary>
    internal void Close(FeedClosing because)
    {
        _closedBecause = (int)because;
        _listeners.WakeAll();
    }

    /// <summary>Registers a reader to be woken by commits that concern it.</summary>
    /// <param name="collection">The one collection that it reads; null for all.</param>
    /// <param name="isPatient">
    /// It is one of many, who may be woken a little later, and then less often, so that writers keep up. What it does between two waits must be brief, or begin
    /// with a yield: the next one may be woken after it.
    /// </param>
    public FeedListener Listen(string? collection, bool isPatient = false) => _listeners.Add(collection, isPatient);
}
