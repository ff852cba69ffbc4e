using Subscriptions.Core.Subscriptions;
using Subscriptions.CrashDriver.Work;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>
/// What workers that shared a subscription were told before their process was killed, and whether what came later keeps it. A session is known by
/// its token; a move of the cursor takes a token too, and everything that older sessions did counts no more.
/// </summary>
internal sealed class ShareLedger
{
    private readonly WriteAnswers _writes = new();

    // Of each version: the newest session that acked it, or had that confirmed, and of which delivery.
    private readonly Dictionary<(int Partition, long Seqno), long> _acked = [];
    private readonly Dictionary<(int Partition, long Seqno), (long Token, long At)> _confirmed = [];
    private readonly Dictionary<string, long> _givenUp = [];

    // What was given up before the cursor moved comes again all the same, and is nevertheless still there.
    private HashSet<FailedItem> _givenUpBefore = [];
    private bool _wasReset;

    // A replay brings a document in its newest version, until a delivery from then on is confirmed, whatever was confirmed of older ones.
    private readonly Dictionary<string, long> _replayed = [];
    private long _lines;
    private readonly Dictionary<int, ShareSession> _sessions = [];
    private long _resetToken;

    // What there is to read when something is lost.
    private readonly List<string> _history = [];

    // Between the announcement of a move or replay and the word of it nobody knows what it has changed already.
    private bool _isUncertain;

    /// <summary>How many confirms were heard.</summary>
    public int Confirmed { get; private set; }

    /// <summary>How many items were found given up after a kill.</summary>
    public int GivenUp { get; private set; }

    /// <summary>Takes a process's journal, and checks it against all before it.</summary>
    public void Record(IEnumerable<string> journal)
    {
        _sessions.Clear();
        foreach (var line in journal.Select(WorkLine.Parse))
        {
            _history.Add(line.ToString());
            Record(line);
        }

        _history.Add("killed");
        _writes.Killed();

        // It may have happened, as the process was killed: then what was confirmed comes again.
        if (_isUncertain) _confirmed.Clear();
        _isUncertain = false;
    }

    /// <summary>What the store holds as given up after a kill is not delivered any more, unless it is replayed or the cursor moves.</summary>
    public void FoundGivenUp(IReadOnlyList<FailedItem> deadLetters)
    {
        if (_wasReset) _givenUpBefore = [.. deadLetters];
        _wasReset = false;
        _givenUp.Clear();
        foreach (var item in deadLetters.Where(item => !_givenUpBefore.Contains(item))) _givenUp[item.Id] = item.Seqno;
        GivenUp += deadLetters.Count;
    }

    /// <summary>After everything was drained: what was answered is there, and what matches was acked or is given up.</summary>
    /// <param name="stored">Partition and seqno of each document's newest version.</param>
    /// <param name="deadLetters">What is given up.</param>
    public void VerifyDrained(IReadOnlyDictionary<string, (int Partition, long Seqno)> stored, IReadOnlyList<FailedItem> deadLetters)
    {
        var givenUp = deadLetters.Select(item => (item.Id, item.Seqno)).ToHashSet();
        foreach (var (id, written) in _writes.Newest)
        {
            Assert.Equal((written.Partition, written.Seqno), stored[id]);
            var isDone = _acked.GetValueOrDefault((written.Partition, written.Seqno)) > _resetToken || givenUp.Contains((id, written.Seqno));
            Assert.True(isDone || !written.Keep, $"{id} at {written.Seqno} of p{written.Partition} was lost.\n{HistoryOf(id)}");
        }
    }

    // What happened to one document, and to all sessions; of acks and confirms the last.
    private string HistoryOf(string id)
    {
        var recent = _history.Count - 200;
        return string.Join('\n', _history.Where((line, i) => i >= recent || IsAbout(line, id)).TakeLast(400));
    }

    private static bool IsAbout(string line, string id) =>
        line.Contains($" {id} ", StringComparison.Ordinal) || line.StartsWith("Reset", StringComparison.Ordinal)
        || line.StartsWith("Opened", StringComparison.Ordinal) || line == "killed";

    private void Record(WorkLine line)
    {
        _lines++;
        switch (line.Event)
        {
            case WorkEvent.Writing or WorkEvent.Wrote:
                _writes.Record(line);
                break;
            case WorkEvent.Resetting or WorkEvent.Replaying:
                _isUncertain = true;
                _wasReset |= line.Event == WorkEvent.Resetting;
                _givenUp.Clear();
                break;
            case WorkEvent.Reset:
                _isUncertain = false;
                _resetToken = line.Number;
                break;
            case WorkEvent.Replayed:
                _replayed[line.Id] = _lines;
                break;
            case WorkEvent.ReplayEnded:
                _isUncertain = false;
                break;
            case WorkEvent.Opened:
                _sessions[line.Worker] = new ShareSession(line.Number);
                break;
            case WorkEvent.Left:
                _sessions.Remove(line.Worker);
                break;
            default:
                if (_sessions.TryGetValue(line.Worker, out var session)) Record(line, session);
                break;
        }
    }

    private void Record(WorkLine line, ShareSession session)
    {
        switch (line.Event)
        {
            case WorkEvent.Delivered:
                if (!_isUncertain && session.Token > _resetToken) CheckDelivery(line, session);
                session.Delivered(line, _lines);
                break;
            case WorkEvent.Failing:
                session.Failed(line);
                break;
            case WorkEvent.Acking:
                // Who was sent away by a move may say so later than the next one does of the same version.
                foreach (var delivery in session.Acked(line.Batch))
                    _acked[delivery.Version] = Math.Max(session.Token, _acked.GetValueOrDefault(delivery.Version));
                break;
            case WorkEvent.Confirmed:
                Confirmed++;
                foreach (var delivery in session.Confirmed(line.Batch).Where(d => session.Token >= _confirmed.GetValueOrDefault(d.Version).Token))
                    _confirmed[delivery.Version] = (session.Token, delivery.At);
                break;
        }
    }

    private void CheckDelivery(WorkLine line, ShareSession session)
    {
        var (confirmedBy, at) = _confirmed.GetValueOrDefault((line.Partition, line.Number));
        var isDone = confirmedBy > _resetToken && at > _replayed.GetValueOrDefault(line.Id);
        Assert.False(isDone, $"'{line}' was confirmed to session {confirmedBy} and came again to {session.Token}.");
        Assert.True(_givenUp.GetValueOrDefault(line.Id) != line.Number, $"'{line}' was given up and came again.");
        foreach (var other in _sessions.Values.Where(s => s != session && s.Token > _resetToken))
            Assert.False(other.Holds(line.Id), $"'{line}' came to session {session.Token} while {other.Token} had the document unacked.");
    }
}
