using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Changes;

/// <summary>A page of a <see cref="FeedReader"/>.</summary>
/// <param name="Partition">The partition that it comes from.</param>
/// <param name="Page">Its changes.</param>
public readonly record struct FeedPage(int Partition, ChangePage Page);

/// <summary>
/// One reader's way through all partitions of a database. Partitions take turns, so that none starves. Not thread-safe.
/// </summary>
public sealed class FeedReader : IFeedSource
{
    private const string Purged = "Deletions that the reader has not seen were purged; reconnect to go on from where nothing is missed.";

    private readonly ChangeFeed _feed;
    private readonly string? _collection;
    private readonly bool _canMissDeletes;
    private readonly bool _revisions;
    private readonly FeedListener? _listener;
    private readonly Position[] _positions;
    private ResumeToken? _until;
    private ResumeToken? _token;
    private PartitionState? _accepted;
    private int _turn;

    /// <summary>Creates a reader.</summary>
    /// <param name="feed">The database's log.</param>
    /// <param name="start">Where to begin; already accepted by the rewind rule.</param>
    /// <param name="collection">The one collection that the reader wants; changes of others may or may not be shown to it. Null: all.</param>
    /// <param name="canMissDeletes">Tombstones that are purged before the reader gets to them do not matter to it.</param>
    /// <param name="until">Where the reader ends, as if nothing newer existed; it then has nothing to wait for. Null: it follows the log.</param>
    /// <param name="revisions">
    /// Reads every kept version with the one before it, from the store, instead of the newest version of each document.
    /// </param>
    /// <param name="isPatient">As for <see cref="ChangeFeed.Listen"/>.</param>
    public FeedReader(
        ChangeFeed feed,
        ResumeToken start,
        string? collection,
        bool canMissDeletes,
        ResumeToken? until = null,
        bool revisions = false,
        bool isPatient = false)
    {
        _feed = feed;
        _collection = collection;
        _canMissDeletes = canMissDeletes;
        _until = until;
        _revisions = revisions;
        _listener = until is null ? feed.Listen(collection, isPatient) : null;
        _positions = [.. feed.Partitions.Select(p => start[p.Partition])];
    }

    /// <summary>Where the reader is.</summary>
    public ResumeToken Token => _token ??= new ResumeToken(_positions);

    /// <summary>Where the reader is in each partition.</summary>
    public ReadOnlySpan<Position> Positions => _positions;

    /// <summary>Changes above the reader, matching or not.</summary>
    public long Lag
    {
        get
        {
            var lag = 0L;
            foreach (var position in _positions) lag += Math.Max(0, _feed.HighSeqno(position.Partition) - position.Seqno);
            return lag;
        }
    }

    /// <inheritdoc />
    public bool IsAtEnd
    {
        get
        {
            foreach (var position in _positions)
            {
                if (position.Seqno < End(position.Partition)) return false;
            }

            return true;
        }
    }

    /// <summary>
    /// Reads on in the next partition that has something newer; the reader stays where it is until <see cref="Advance"/>.
    /// </summary>
    /// <returns>Null when nothing newer exists in any partition.</returns>
    /// <exception cref="EngineException">As <see cref="Advance"/>.</exception>
    public async ValueTask<FeedPage?> ReadAsync(ReadLimits limits, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _positions.Length; i++)
        {
            var partition = (_turn + i) % _positions.Length;
            var high = End(partition);
            if (_positions[partition].Seqno >= high) continue;

            var next = _collection is null ? 0 : _feed.NextSeqno(_collection, partition, _positions[partition].Seqno, high);
            if (next > _positions[partition].Seqno + 1) Skip(partition, next - 1, high);
            if (_positions[partition].Seqno >= high) continue;

            _turn = (partition + 1) % _positions.Length;
            return new FeedPage(partition, Cut(await ReadAsync(partition, _positions[partition].Seqno, limits, cancellationToken), partition));
        }

        return null;
    }

    /// <summary>Moves on after a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="lastSeqno">What was taken of it: a seqno of one of its changes, or the page's last seqno for all.</param>
    /// <exception cref="EngineException">
    /// SUBSCRIPTION_CHANGED: tombstones above the reader were purged meanwhile. The reader stays where it is; resuming from there leads to a
    /// rewind.
    /// </exception>
    public void Advance(FeedPage page, long lastSeqno)
    {
        Check(page.Partition);
        MoveTo(page, lastSeqno);
    }

    /// <inheritdoc />
    bool IFeedSource.TryAccept(FeedPage page) => TryAccept(page.Partition);

    /// <inheritdoc />
    public void MoveTo(FeedPage page, long seqno) => Move(page.Partition, seqno, page.Page.SnapshotEnd);

    /// <summary>Ends the reader at a place, as if nothing newer existed, from the next read on.</summary>
    public void StopAt(ResumeToken until) => _until = until;

    /// <summary>Goes back or forth to where a token says.</summary>
    public void Seek(ResumeToken token)
    {
        for (var i = 0; i < _positions.Length; i++) _positions[i] = token[i];
        _token = token;
    }

    /// <summary>
    /// Sleeps until something that may concern the reader was committed, or <see cref="Wake"/> was called. Only a hint. This and
    /// <see cref="Wake"/> may be called beside anything; of several who wait one is woken, the first.
    /// </summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => _listener?.WaitAsync(cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>Wakes the first who waits, or lets the next wait return at once.</summary>
    public void Wake() => _listener?.Wake();

    /// <inheritdoc />
    public void Dispose() => _listener?.Dispose();

    private long End(int partition)
    {
        var high = _feed.HighSeqno(partition);
        return _until is null ? high : Math.Min(high, _until[partition].Seqno);
    }

    private ChangePage Cut(ChangePage page, int partition)
    {
        if (_until is null || page.LastSeqno <= _until[partition].Seqno) return page;

        var end = _until[partition].Seqno;
        return page with { Changes = [.. page.Changes.TakeWhile(c => c.Seqno <= end)], LastSeqno = end };
    }

    private ValueTask<ChangePage> ReadAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken) => _revisions
        ? _feed.ReadRevisionsAsync(partition, afterSeqno, limits, cancellationToken)
        : _feed.ReadAsync(partition, afterSeqno, limits, cancellationToken);

    private void Skip(int partition, long seqno, long snapshotEnd)
    {
        Check(partition);
        Move(partition, seqno, snapshotEnd);
    }

    private void Check(int partition)
    {
        if (!TryAccept(partition)) throw new EngineException(ErrorCode.SubscriptionChanged, Purged);
    }

    // Asked after the page was read: what was purged by then may be missing from it.
    private bool TryAccept(int partition)
    {
        var state = _feed.Partitions[partition];
        if (!_canMissDeletes && RewindRule.MissedDeletes(_positions[partition], state, _collection)) return false;

        _accepted = state;
        return true;
    }

    private void Move(int partition, long seqno, long snapshotEnd)
    {
        _positions[partition] = _positions[partition].Advanced(seqno, snapshotEnd, _accepted!.FailoverLog.Current, _accepted.PurgeSeqno);
        _token = null;
    }
}
