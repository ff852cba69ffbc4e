using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Streams;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>
/// A consumer that does what docs/streams.md asks of it when it is sent back: one that keeps versions goes back to a place where it was consistent; one that
/// keeps only the newest reads again the documents whose versions are beyond the rollback.
/// </summary>
internal sealed class ModelConsumer(bool keepsVersions)
{
    private readonly List<Change> _applied = [];
    private readonly List<Position> _consistent = [Position.Beginning(0)];
    private Position _place = Position.Beginning(0);

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
            switch (StreamAdmission.Decide(StreamAdmission.Prepare(request, server.State), server.State, null))
            {
                case StreamDecision.Accepted accepted:
                    _place = accepted.Start;
                    return;
                case StreamDecision.Rollback rollback:
                    Rollbacks++;
                    if (keepsVersions) GoBack(rollback.Position.Seqno);
                    else ReadAgain(rollback.Position, server);
                    break;
            }
        }
    }

    /// <summary>Takes a page, unless the stream ends before it because tombstones were purged.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Read(HistoryModel server, int count)
    {
        var page = server.Read(_place.Seqno, count);
        if (RewindRule.MissedDeletes(_place, server.State))
        {
            Open(server);
            return true;
        }

        _applied.AddRange(page.Changes);
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

    private void ReadAgain(Position position, HistoryModel server)
    {
        var lost = _applied.Where(c => c.Seqno > position.Seqno).Select(c => c.Id).ToHashSet();
        _applied.RemoveAll(c => lost.Contains(c.Id));
        foreach (var id in lost)
        {
            if (server.Find(id) is { IsTombstone: false } document) _applied.Add(document);
        }

        // Back to nothing means that what it has may be gone without a word.
        if (position.Seqno == 0) _applied.Clear();
        _place = position;
    }
}
