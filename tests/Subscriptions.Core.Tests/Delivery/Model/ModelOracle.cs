using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>What must hold, whatever happens: knows what every worker was given and said, and what is stored.</summary>
/// <param name="isRevisions">Every version is owed, not the newest only.</param>
/// <param name="countsAttempts">The attempts of a version only ever grow, unless it is replayed or the cursor is moved.</param>
internal sealed class ModelOracle(bool isRevisions, bool countsAttempts)
{
    private readonly List<ModelWorker> _workers = [];
    private readonly HashSet<(string Id, long Seqno)> _acked = [];
    private readonly HashSet<(string Id, long Seqno)> _confirmed = [];
    private readonly HashSet<(string Id, long Seqno)> _failed = [];
    private readonly HashSet<(string Id, long Seqno)> _discarded = [];
    private readonly HashSet<string> _replayed = [];

    // The last attempt of a version whose failure was confirmed.
    private readonly Dictionary<(string Id, long Seqno), int> _attempts = [];

    // What a worker may have had, or have been about to get, when it was replayed: then it comes once more.
    private readonly HashSet<string> _comesOnceMore = [];
    private readonly Dictionary<string, SortedSet<long>> _delivered = [];
    private readonly HashSet<(int Life, long Token)> _tokens = [];
    private readonly Dictionary<int, long> _exemptThrough = [];
    private string? _complaint;
    private bool _isMoving;
    private int _era;

    /// <summary>What was said and heard, in order.</summary>
    public List<string> Trace { get; } = [];

    /// <summary>What the workers got.</summary>
    public long Deliveries { get; private set; }

    /// <summary>How often the subscription was created again.</summary>
    public int Lives { get; private set; }

    /// <summary>How often dead letters were replayed, beginnings and ends.</summary>
    public int Replays { get; private set; }

    /// <summary>What became durable of it.</summary>
    public int Confirms => _confirmed.Count;

    /// <summary>A worker has the subscription.</summary>
    /// <returns>How often the cursor was moved before.</returns>
    public int Opened(ModelWorker worker)
    {
        Trace.Add($"{worker.Name} opened {worker.Strategy} with token {worker.Token}");
        Require(_tokens.Add((worker.Life, worker.Token!.Value)), $"token {worker.Token} was given out twice");
        _workers.Add(worker);
        return _era;
    }

    /// <summary>A batch reached a worker.</summary>
    public void Delivered(ModelWorker worker, Batch batch)
    {
        Trace.Add($"{worker.Name} got {batch.Id}: {string.Join(", ", batch.Items.Select((item, i) => $"{item.Id}@{item.Seqno}#{batch.AttemptOf(i)}"))}");
        Require(batch.Items.Count > 0, "an empty batch");
        Require(
            isRevisions || batch.Items.DistinctBy(i => i.Id).Count() == batch.Items.Count, $"batch {batch.Id} of {worker.Name} holds a document twice");
        for (var i = 0; i < batch.Items.Count; i++)
        {
            var item = batch.Items[i];
            Deliveries++;

            // Who was ended may still get what was on its way to it, and others have by now.
            if (_isMoving || worker.Era != _era || worker.IsGone || !worker.HasLease()) continue;

            Require(!_confirmed.Contains((item.Id, item.Seqno)), $"{item.Id}@{item.Seqno} was confirmed before, and came again to {worker.Name}");
            CheckAttempt(item, batch.AttemptOf(i));
            CheckExclusive(worker, item);
            CheckOrder(item, batch);
            _acked.Remove((item.Id, item.Seqno));
        }
    }

    /// <summary>A worker acked a batch.</summary>
    public void Acked(ModelWorker worker, Batch batch)
    {
        Trace.Add($"{worker.Name} acked {batch.Id}");
        if (worker.Era != _era) return;
        foreach (var item in batch.Items.Where(i => !worker.Failed.Contains((batch.Id, i.Id)))) _acked.Add((item.Id, item.Seqno));
    }

    /// <summary>A worker heard that its ack is durable.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="batch">What it acked.</param>
    /// <param name="replays">The number of replays when it did.</param>
    /// <param name="cursor">What is stored, as it was told.</param>
    public void Confirmed(ModelWorker worker, Batch batch, int replays, ResumeToken cursor)
    {
        Trace.Add($"{worker.Name} heard that {batch.Id} is confirmed");
        Require(
            batch.Cursor.Positions.All(p => cursor[p.Partition].Seqno >= p.Seqno),
            $"what is stored ({cursor}) lies before what {worker.Name} was told with batch {batch.Id} ({batch.Cursor})");
        if (_isMoving || worker.Era != _era) return;
        NoteAttempts(worker, batch);
        foreach (var item in batch.Items.Where(i => !worker.Failed.Contains((batch.Id, i.Id))))
        {
            // A replay since then may bring the document again; one of revisions brings all versions after it again.
            var isReplayed = isRevisions ? _replayed.Contains(item.Id) : replays != Replays && _failed.Any(f => f.Id == item.Id);
            if (!isReplayed && (isRevisions || !_comesOnceMore.Remove(item.Id))) _confirmed.Add((item.Id, item.Seqno));
        }
    }

    /// <summary>An administrator begins to do what lets documents come again, or lets some never come.</summary>
    public void MoveBegins()
    {
        _isMoving = true;
        Forget();
    }

    /// <summary>It is done.</summary>
    /// <param name="passed">What need not be delivered any more, by partition.</param>
    public void MoveEnds(IEnumerable<PartitionState> passed)
    {
        _isMoving = false;
        _era++;
        Forget();
        _exemptThrough.Clear();
        foreach (var partition in passed) _exemptThrough[partition.Partition] = partition.HighSeqno;
    }

    /// <summary>The subscription is another one now.</summary>
    public void Recreated()
    {
        Lives++;
        _failed.Clear();
        _replayed.Clear();
        _comesOnceMore.Clear();
    }

    /// <summary>A worker failed an item.</summary>
    public void Failed(Change item) => _failed.Add((item.Id, item.Seqno));

    /// <summary>Dead letters are delivered again: any item that failed may be one by now.</summary>
    public void Replayed()
    {
        Replays++;
        _attempts.Clear();
        _replayed.UnionWith(_failed.Select(f => f.Id));
        _comesOnceMore.UnionWith(_failed.Select(f => f.Id));
        foreach (var (id, _) in _failed)
        {
            // In its newest version, which may have been confirmed since.
            _confirmed.RemoveWhere(c => c.Id == id);
            _delivered.Remove(id);
        }
    }

    /// <summary>Dead letters are forgotten: any item that failed may be one by now.</summary>
    public void Discarded() => _discarded.UnionWith(_failed);

    /// <summary>The process was killed: its workers are gone.</summary>
    public void Killed()
    {
        foreach (var worker in _workers) worker.IsGone = true;
        _comesOnceMore.Clear();
    }

    /// <summary>What is stored passes no document that nobody has done and that will not come again.</summary>
    /// <param name="progress">The stored progress.</param>
    /// <param name="retries">The stored retries.</param>
    /// <param name="letters">The stored dead letters.</param>
    /// <param name="owed">The documents that the subscription delivers, in their newest versions or in all. Of all, what brings one brings those after it.</param>
    public void Check(
        SubscriptionProgress progress, IReadOnlyList<FailedItem> retries, IReadOnlyList<FailedItem> letters, IEnumerable<Change> owed)
    {
        foreach (var change in owed)
        {
            var isPassed = change.Seqno <= progress.Cursor[change.Partition].Seqno || progress.AckedAbove.Contains(change.Partition, change.Seqno);
            if (!isPassed || IsDone(change) || retries.Any(r => r.Id == change.Id && (!isRevisions || r.Seqno <= change.Seqno))) continue;

            Require(
                letters.Any(l => l.Id == change.Id && (isRevisions ? l.Seqno <= change.Seqno : l.Seqno == change.Seqno)),
                $"{change.Id}@{change.Seqno} is lost: the stored progress ({progress.Cursor[change.Partition].Seqno}, above it {progress.AckedAbove}) passes it");
        }
    }

    /// <summary>The engine takes what a worker's connection throws for a broken connection: what was wrong is kept until it is asked for.</summary>
    public void ThrowIfWrong()
    {
        if (_complaint is not null) throw new InvalidOperationException(_complaint);
    }

    private void Require(bool holds, string complaint)
    {
        if (!holds) _complaint ??= complaint;
    }

    private bool IsDone(Change change) =>
        _acked.Contains((change.Id, change.Seqno))
        || _discarded.Contains((change.Id, change.Seqno))
        || change.Seqno <= _exemptThrough.GetValueOrDefault(change.Partition);

    private void NoteAttempts(ModelWorker worker, Batch batch)
    {
        if (!countsAttempts) return;
        for (var i = 0; i < batch.Items.Count; i++)
        {
            // Of what was replayed nobody knows here which attempts came before that.
            var version = (batch.Items[i].Id, batch.Items[i].Seqno);
            if (worker.Failed.Contains((batch.Id, version.Id)) && !_replayed.Contains(version.Id))
                _attempts[version] = Math.Max(_attempts.GetValueOrDefault(version), batch.AttemptOf(i));
        }
    }

    private void CheckAttempt(Change item, int attempt)
    {
        var failed = _attempts.GetValueOrDefault((item.Id, item.Seqno));
        Require(attempt > failed, $"{item.Id}@{item.Seqno} came as attempt {attempt}, and attempt {failed} had failed, durably");
    }

    // No document is with two workers who share the subscription.
    private void CheckExclusive(ModelWorker worker, Change item)
    {
        if (worker.Strategy != OpeningStrategy.Concurrent) return;
        foreach (var other in _workers)
        {
            var isAside = other == worker || other.IsGone || other.IsSending || other.Era != _era || other.Conversation.IsCompleted;
            if (isAside || other.Strategy != OpeningStrategy.Concurrent || !other.HasLease()) continue;

            var isThere = other.Out.Any(b => b.Items.Any(i => i.Id == item.Id) && !other.Failed.Contains((b.Id, item.Id)));
            Require(!isThere, $"{item.Id}@{item.Seqno} went to {worker.Name} while {other.Name} has the document");
        }
    }

    private void CheckOrder(Change item, Batch batch)
    {
        if (!_delivered.TryGetValue(item.Id, out var versions)) _delivered.Add(item.Id, versions = []);
        versions.Add(item.Seqno);
        if (!isRevisions)
        {
            Require(item.Seqno == versions.Max, $"{item.Id}@{item.Seqno} was delivered after {item.Id}@{versions.Max}");
            return;
        }

        foreach (var earlier in versions.TakeWhile(v => v < item.Seqno))
        {
            var isSettled = _acked.Contains((item.Id, earlier)) || _failed.Contains((item.Id, earlier)) || _discarded.Contains((item.Id, earlier));
            var isBeside = batch.Items.Any(i => i.Id == item.Id && i.Seqno == earlier);
            Require(isSettled || isBeside, $"{item.Id}@{item.Seqno} was delivered before {item.Id}@{earlier} was settled");
        }
    }

    private void Forget()
    {
        _acked.Clear();
        _attempts.Clear();
        _confirmed.Clear();
        _delivered.Clear();
        _discarded.Clear();
    }
}
