using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>
/// One reader's way from a place to another over the changes of some documents, which are looked up instead of looking through the log: what a log of
/// millions costs does not depend on it. Not thread-safe.
/// </summary>
internal sealed class IdFeedReader : IFeedSource
{
    private readonly ChangeFeed _feed;
    private readonly IReadOnlySet<string> _ids;
    private readonly ResumeToken _until;
    private readonly FeedReader _places;
    private List<Place>? _found;
    private int _next;
    private int _partition;

    /// <param name="feed">The database's log.</param>
    /// <param name="start">Where to begin; already accepted by the rewind rule.</param>
    /// <param name="until">Where to end.</param>
    /// <param name="ids">The documents.</param>
    public IdFeedReader(ChangeFeed feed, ResumeToken start, ResumeToken until, IReadOnlySet<string> ids)
    {
        _feed = feed;
        _ids = ids;
        _until = until;
        _places = new FeedReader(feed, start, collection: null, canMissDeletes: false, until);
    }

    public ReadOnlySpan<Position> Positions => _places.Positions;

    public ResumeToken Token => _places.Token;

    public long Lag => _places.Lag;

    public bool IsAtEnd => _places.IsAtEnd;

    public async ValueTask<FeedPage?> ReadAsync(ReadLimits limits, CancellationToken cancellationToken)
    {
        _found ??= await FindAsync(cancellationToken);
        for (; _partition < _places.Positions.Length; _partition++)
        {
            if (_places.Positions[_partition].Seqno < _until[_partition].Seqno) return new FeedPage(_partition, await ReadPageAsync(limits, cancellationToken));
        }

        return null;
    }

    public bool TryAccept(FeedPage page) => ((IFeedSource)_places).TryAccept(page);

    public void MoveTo(FeedPage page, long seqno) => _places.MoveTo(page, seqno);

    public void Dispose() => _places.Dispose();

    // Where they are, in the log's order; what they hold is read page by page.
    private async Task<List<Place>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<Place>();
        foreach (var id in _ids)
        {
            if (!DocumentLimits.IsId(id) || await _feed.GetAsync(id, cancellationToken) is not { } change) continue;

            var isAsked = change.Seqno > _places.Positions[change.Partition].Seqno && change.Seqno <= _until[change.Partition].Seqno;
            if (isAsked) found.Add(new Place(change.Partition, change.Seqno, id));
        }

        found.Sort();
        return found;
    }

    private async ValueTask<ChangePage> ReadPageAsync(ReadLimits limits, CancellationToken cancellationToken)
    {
        var end = _until[_partition].Seqno;
        var changes = new List<Change>();
        var bytes = 0L;
        for (; _next < _found!.Count && _found[_next].Partition <= _partition; _next++)
        {
            var isFull = changes.Count > 0 && (changes.Count == limits.MaxCount || bytes >= limits.MaxBytes);
            if (isFull) return new ChangePage(changes, changes[^1].Seqno, end);

            // One that was changed meanwhile is beyond the end, and the next reader's.
            var place = _found[_next];
            if (await _feed.GetAsync(place.Id, cancellationToken) is not { } change || change.Seqno != place.Seqno) continue;

            changes.Add(change);
            bytes += change.Size;
        }

        return new ChangePage(changes, end, end);
    }

    private readonly record struct Place(int Partition, long Seqno, string Id) : IComparable<Place>
    {
        public int CompareTo(Place other) => (Partition, Seqno).CompareTo((other.Partition, other.Seqno));
    }
}
