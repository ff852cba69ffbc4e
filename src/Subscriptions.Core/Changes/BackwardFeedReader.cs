namespace Subscriptions.Core.Changes;

/// <summary>
/// One reader's way from a place back to the beginning: of each partition the newest changes first; partitions take turns. Its position after
/// a change is that of a reader who has everything up to it and nothing above. Not thread-safe.
/// </summary>
/// <remarks>
/// Logs are read forwards: it takes the stretch below what it has, as long as it found the last ones to be worth a page, and turns it round.
/// </remarks>
internal sealed class BackwardFeedReader : IFeedSource
{
    private const long LongestStretch = 1L << 40;

    private readonly ChangeFeed _feed;
    private readonly Position[] _positions;
    private readonly long[] _below;
    private long _stretch = 256;
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

    public long Lag => _below.Sum(b => b - 1);

    public async ValueTask<FeedPage?> ReadAsync(ReadLimits limits, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _below.Length; i++)
        {
            var partition = (_turn + i) % _below.Length;
            if (_below[partition] <= 1) continue;

            _turn = (partition + 1) % _below.Length;
            return new FeedPage(partition, await ReadAsync(partition, limits, cancellationToken));
        }

        return null;
    }

    // Who reads backwards wants what there is.
    public bool TryAccept(FeedPage page) => true;

    public void MoveTo(FeedPage page, long seqno)
    {
        var state = _feed.Partitions[page.Partition];
        _below[page.Partition] = seqno;
        _positions[page.Partition] = Position.Beginning(page.Partition).RewoundTo(seqno, state.FailoverLog, state.PurgeSeqno);
    }

    public void Dispose()
    {
    }

    private async ValueTask<ChangePage> ReadAsync(int partition, ReadLimits limits, CancellationToken cancellationToken)
    {
        var below = _below[partition];
        while (true)
        {
            var after = Math.Max(0, below - 1 - _stretch);
            var page = await _feed.ReadAsync(partition, after, limits, cancellationToken);
            var isWhole = page.LastSeqno >= below - 1;
            if (!isWhole)
            {
                // One change always fits.
                _stretch = Math.Max(1, _stretch / 2);
                continue;
            }

            var changes = page.Changes.TakeWhile(c => c.Seqno < below).Reverse().ToArray();
            if (changes.Length < limits.MaxCount / 4) _stretch = Math.Min(LongestStretch, _stretch * 2);
            if (changes.Length > 0 || after == 0) return new ChangePage(changes, after + 1, page.SnapshotEnd);
            below = after + 1;
        }
    }
}
