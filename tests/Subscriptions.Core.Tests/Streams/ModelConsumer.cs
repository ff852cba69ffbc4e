using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Streams;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>
/// A consumer that does what docs/streams.md asks of it when it is sent back: one that keeps versions goes back to a place where it was consistent; one that
/// keeps only the newest reads again the documents whose versions are beyond the rollback.
/// </summary>
/// <param name="keepsVersions">Which of the two it is.</param>
/// <param name="collection">The one collection that it reads; null: all.</param>
internal sealed class ModelConsumer(bool keepsVersions, string? collection)
{
    private readonly List<Change> _applied = [];

    // Documents that are to be read again, until the place has passed this.
    private readonly Dictionary<string, long> _ahead = [];
    private readonly List<Position> _consistent = [Position.Beginning(0)];
    private Position _place = Position.Beginning(0);

    private bool _isConnected;

    public int Rollbacks { get; private set; }

    public IReadOnlyDictionary<string, long> Documents => _applied
        .GroupBy(c => c.Id, (_, versions) => versions.Last())
        .Where(c => !c.IsTombstone)
        .ToDictionary(c => c.Id, c => c.Revision.Generation);

    /// <summary>Asks for a stream until it gets one.</summary>
    public void Open(HistoryModel server)
    {
        while (true)
        {
            var request = new StreamRequest { Id = 1, Partition = 0, Start = _place };
            switch (StreamAdmission.Decide(StreamAdmission.Prepare(request, server.State), server.State, collection))
            {
                case StreamDecision.Accepted accepted:
                    _place = accepted.Start;
                    _isConnected = true;
                    if (!keepsVersions) ReadAgain(server);
                    return;
                case StreamDecision.Rollback rollback:
                    Rollbacks++;
                    if (keepsVersions) GoBack(rollback.Position.Seqno);
                    else Forget(rollback.Position);
                    break;
            }
        }
    }

    /// <summary>The connection is cut; it is made again before the next page.</summary>
    public void CutOff() => _isConnected = false;

    /// <summary>Takes a page, unless the stream ends before it because tombstones were purged.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Read(HistoryModel server, int count)
    {
        if (!_isConnected) Open(server);

        var page = server.Read(_place.Seqno, count);
        if (RewindRule.MissedDeletes(_place, server.State, collection))
        {
            Open(server);
            return true;
        }

        _applied.AddRange(page.Changes.Where(c => (collection ?? c.Collection) == c.Collection));
        _place = _place.Advanced(page.LastSeqno, page.SnapshotEnd, server.State.FailoverLog.Current, server.State.PurgeSeqno);
        if (_place.IsConsistent) _consistent.Add(_place);
        return !_place.IsConsistent;
    }

    /// <summary>Reads to the end of the log.</summary>
    public void CatchUp(HistoryModel server)
    {
        Open(server);
        while (Read(server, 3))
        {
            // There is more.
        }
    }

    private void GoBack(long seqno)
    {
        _consistent.RemoveAll(p => p.Seqno > seqno);
        _place = _consistent[^1];
        _applied.RemoveAll(c => c.Seqno > _place.Seqno);
    }

    private void Forget(Position position)
    {
        foreach (var change in _applied.Where(c => c.Seqno > position.Seqno)) _ahead[change.Id] = long.MaxValue;
        _place = position;
        if (position.Seqno > 0) return;

        // Back to nothing means that what it has may be gone without a word.
        _applied.Clear();
        _ahead.Clear();
    }

    // A server does not say when a document went that is not there.
    private static Change Deletion(string id, long seqno) =>
        new() { Id = id, Collection = "", Partition = 0, Seqno = seqno, Revision = default, Kind = ChangeKind.Delete };

    // What is read ahead of the place, a deletion too, may be undone before the place gets there: while it is ahead, it is read again whenever a stream is opened.
    private void ReadAgain(HistoryModel server)
    {
        foreach (var (id, seqno) in _ahead.ToList())
        {
            _ahead.Remove(id);
            if (seqno <= _place.Seqno) continue;

            _ahead[id] = server.State.HighSeqno;
            _applied.RemoveAll(c => c.Id == id);
            _applied.Add(server.Find(id) is { IsTombstone: false } document ? document : Deletion(id, server.State.HighSeqno));
        }
    }
}
