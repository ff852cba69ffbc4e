using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Streams;

/// <summary>
/// One open stream: reads its partition page by page, and makes messages of what it reads. The next page is read when the messages of the last one were
/// taken. Belongs to its connection's loop.
/// </summary>
/// <remarks>
/// Pages that are read one after the other may see newer snapshots; versions that were replaced in either are missing until both are over. So a snapshot of which
/// data were sent grows, with another marker, rather than that the next one begins.
/// </remarks>
internal sealed class PartitionStream
{
    // Progress without matches is told when it saves the client much, or after a while.
    private const long MuchProgress = 10_000;

    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    private readonly ChangeFeed _feed;
    private readonly StreamRequest _request;
    private readonly PageMatcher _matcher;
    private readonly TimeProvider _time;
    private readonly Queue<StreamMessage> _pending = new();
    private Position _position;
    private long _markedEnd;
    private long _told;
    private DateTimeOffset _toldAt;
    private int _taken;
    private bool _isOver;

    /// <summary>Opens a stream.</summary>
    /// <param name="feed">The database's log.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="accepted">What was granted.</param>
    /// <param name="view">What the reader gets to see of a change; null: everything.</param>
    /// <param name="time">The clock.</param>
    public PartitionStream(ChangeFeed feed, StreamRequest request, StreamDecision.Accepted accepted, IChangeView? view, TimeProvider time)
    {
        _feed = feed;
        _request = request;
        _matcher = new PageMatcher(view, time);
        _time = time;
        _position = accepted.Start;
        _told = accepted.Start.Seqno;
        End = accepted.End;
        Sent = accepted.Start;
    }

    /// <summary>The client's name for it.</summary>
    public uint Id => _request.Id;

    /// <summary>The partition.</summary>
    public int Partition => _request.Partition;

    /// <summary>The seqno where it ends; <see cref="long.MaxValue"/>: nowhere.</summary>
    public long End { get; }

    /// <summary>Where the client is when it has what was taken.</summary>
    public Position Sent { get; private set; }

    /// <summary>Whether scripts decide, so that reading can take long.</summary>
    public bool RunsScripts => _matcher.RunsScripts;

    /// <summary>Whether there are messages to be taken.</summary>
    public bool HasMessages => _pending.Count > 0;

    /// <summary>Whether all of it was taken, its end included.</summary>
    public bool IsFinished => _isOver && _pending.Count == 0;

    /// <summary>Whether reading on would come to something.</summary>
    public bool CanRead => !_isOver && (IsAtEnd || _feed.HighSeqno(Partition) > _position.Seqno);

    /// <summary>When progress that was not told yet is to be told; null when there is none.</summary>
    public DateTimeOffset? ProgressDue => !_isOver && _position.IsConsistent && _position.Seqno > _told ? _toldAt + ProgressPeriod : null;

    private bool IsAtEnd => !_request.Has(StreamFlags.NotifyOnly)
        && _position.Seqno >= End
        && (_position.IsConsistent || _request.Has(StreamFlags.ExactEnd));

    /// <summary>Takes the next message. There must be one.</summary>
    /// <param name="room">How large it should be at most, in bytes; it has one change at least.</param>
    public StreamMessage Take(long room)
    {
        var message = _pending.Peek() is StreamMessage.Changes all ? Take(all, room) : _pending.Dequeue();
        Sent = message switch
        {
            StreamMessage.Changes changes => changes.Place.After(changes.List[changes.First + changes.Count - 1].Seqno),
            StreamMessage.Advanced advanced => advanced.Position,
            _ => Sent,
        };
        return message;
    }

    /// <summary>Reads on, if there is something to read. There must be no messages.</summary>
    /// <param name="limits">How much to read at most.</param>
    /// <param name="cancellationToken">Stops the read; the stream stays where it is.</param>
    public async ValueTask ReadAsync(ReadLimits limits, CancellationToken cancellationToken)
    {
        if (_request.Has(StreamFlags.NotifyOnly))
        {
            Close(StreamEndReason.Ok);
            return;
        }

        if (!IsAtEnd) SkipOthers();
        if (!IsAtEnd && _feed.HighSeqno(Partition) > _position.Seqno)
        {
            var page = _request.Has(StreamFlags.DiskOnly)
                ? await _feed.ReadStoredAsync(Partition, _position.Seqno, limits, cancellationToken)
                : await _feed.ReadAsync(Partition, _position.Seqno, limits, cancellationToken);
            Look(Cut(page));
        }

        if (!_isOver && IsAtEnd) Close(StreamEndReason.Ok);
    }

    /// <summary>Ends the stream behind the messages that are there.</summary>
    public void Close(StreamEndReason reason)
    {
        if (_isOver) return;

        _isOver = true;
        _pending.Enqueue(EndedAt(reason, _position));
    }

    /// <summary>Ends the stream where the client is, whatever it has not been sent yet.</summary>
    public StreamMessage Abort(StreamEndReason reason)
    {
        _isOver = true;
        _pending.Clear();
        _taken = 0;
        return EndedAt(reason, Sent);
    }

    /// <summary>Tells progress if it is due.</summary>
    public void TellProgress(DateTimeOffset now)
    {
        if (ProgressDue <= now) Tell(now);
    }

    // What others wrote need not be read.
    private void SkipOthers()
    {
        if (_matcher.Collection is not { } collection) return;

        var high = _feed.HighSeqno(Partition);
        var next = _feed.NextSeqno(collection, Partition, _position.Seqno, high);
        var skipped = _request.Has(StreamFlags.ExactEnd) ? Math.Min(next - 1, End) : next - 1;
        if (skipped > _position.Seqno) Look(new ChangePage([], skipped, high));
    }

    private ChangePage Cut(ChangePage page)
    {
        if (page.LastSeqno <= End || !_request.Has(StreamFlags.ExactEnd)) return page;
        return page with { Changes = [.. page.Changes.TakeWhile(c => c.Seqno <= End)], LastSeqno = End };
    }

    private void Look(ChangePage page)
    {
        // Asked after the page was read: what was purged by then may be missing from it.
        var state = _feed.Partitions[Partition];
        if (!_request.Has(StreamFlags.IgnorePurged) && RewindRule.MissedDeletes(_position, state, _matcher.Collection))
        {
            Close(StreamEndReason.Rollback);
            return;
        }

        var place = new StreamPlace(_position, page.SnapshotEnd, state.FailoverLog.Current, state.PurgeSeqno);
        var rows = _matcher.Match(page, long.MaxValue, out var lastSeqno);
        if (rows.Count > 0)
        {
            Mark(place, page.IsFromMemory);
            Add(rows, place);
        }

        _position = place.After(lastSeqno);
        if (_position.Seqno > _told) Tell(place, page.IsFromMemory);
        if (_position.IsConsistent) _markedEnd = 0;
    }

    // A snapshot precedes what is in it.
    private void Mark(StreamPlace place, bool isFromMemory)
    {
        var before = place.Before;
        var (start, end) = before.IsConsistent
            ? (before.Seqno, place.SnapshotEnd)
            : (before.SnapshotStart, Math.Max(before.SnapshotEnd, place.SnapshotEnd));
        if (_markedEnd == end) return;

        _markedEnd = end;
        _pending.Enqueue(new StreamMessage.Snapshot(Id, start, end, isFromMemory, before.SeenOf(place.PurgeSeqno)));
    }

    private void Add(IReadOnlyList<Change> rows, StreamPlace place)
    {
        _pending.Enqueue(new StreamMessage.Changes(Id, rows, 0, rows.Count, place, !_request.Has(StreamFlags.NoContent)));
        _told = rows[^1].Seqno;
        _toldAt = _time.GetUtcNow();
    }

    // As many changes of those that are next as have room.
    private StreamMessage.Changes Take(StreamMessage.Changes all, long room)
    {
        var first = _taken;
        while (_taken < all.Count && (_taken == first || all.List[_taken].Size <= room)) room -= all.List[_taken++].Size;
        var some = all with { First = first, Count = _taken - first };
        if (_taken < all.Count) return some;

        _pending.Dequeue();
        _taken = 0;
        return some;
    }

    // A client that has a part of a snapshot waits for its end.
    private void Tell(StreamPlace place, bool isFromMemory)
    {
        var now = _time.GetUtcNow();
        var isEndOfSnapshot = _position.IsConsistent && _markedEnd != 0;
        if (!isEndOfSnapshot && _position.Seqno - _told < MuchProgress && now < _toldAt + ProgressPeriod) return;

        if (!_position.IsConsistent) Mark(place, isFromMemory);
        Tell(now);
    }

    private void Tell(DateTimeOffset now)
    {
        _pending.Enqueue(new StreamMessage.Advanced(Id, _position));
        _told = _position.Seqno;
        _toldAt = now;
    }

    private StreamMessage.Ended EndedAt(StreamEndReason reason, Position position) => new(Id, reason, position, _feed.HighSeqno(Partition));
}
