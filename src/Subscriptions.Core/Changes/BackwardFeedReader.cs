namespace Subscriptions.Core.Changes;

/// <summary>
/// One reader's way from a place back to the beginning: of each partition the newest changes first; partitions take turns. Its position after
/// a change is that of a reader who has everything up to it and nothing above. Not thread-safe.
/// </summary>
internal sealed class BackwardFeedReader : IFeedSource
{
    private readonly ChangeFeed _feed;
    private readonly Position[] _positions;
    private readonly long[] _below;
    private int _turn;

    /// <param name="feed">The database's log.</param>
    /// <param name="start">Where to begin: the first change is the newest up to here.</param>
    public BackwardFeedReader(ChangeFeed feed, ResumeToken start)
    {
        _feed = feed;
        _positions = [.. feed.Partitions.Select(p => start[p.Partition])];
        _below = [.. _positions.Select(p => p.Seqno + 1)];
    }

    public ReadOnlySpan<Position> Positions => _positions;

    public ResumeToken Token => new(_positions);

    public long Lag => _below.Sum(b => Math.Max(0, b - 1));

    public bool IsAtEnd => _below.All(b => b <= 1);

    public async ValueTask<FeedPage?> ReadAsync(ReadLimits limits, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _below.Length; i++)
        {
            var partition = (_turn + i) % _below.Length;
            if (_below[partition] <= 1) continue;

            _turn = (partition + 1) % _below.Length;
            var page = await _feed.ReadBackwardsAsync(partition, _below[partition], limits, cancellationToken);
            return new FeedPage(partition, new ChangePage(page.Changes, page.FirstSeqno, page.SnapshotEnd));
        }

        return null;
    }

    // Who reads backwards wants what there is.
    public bool TryAccept(FeedPage page) => true;

    public void MoveTo(FeedPage page, long seqno)
    {
        // At the beginning nothing is left, and the reader is where its last change was.
        _below[page.Partition] = seqno;
        if (seqno == 0) return;

        var state = _feed.Partitions[page.Partition];
        _positions[page.Partition] = Position.Beginning(page.Partition).RewoundTo(seqno, state.FailoverLog, state.PurgeSeqno);
    }

    public void Dispose()
    {
    }
}
