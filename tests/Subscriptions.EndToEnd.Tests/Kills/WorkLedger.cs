using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>
/// What the workers of one subscription were delivered, said and heard while their server was killed under them, and every promise that it
/// broke. Thread-safe: what workers report is put in one order, and a worker reports what it says before it says it.
/// </summary>
/// <param name="isShared">Workers share the subscription: no document may be with two of them.</param>
internal sealed class WorkLedger(bool isShared)
{
    private readonly Lock _gate = new();
    private readonly List<string> _violations = [];
    private readonly List<HandedBatch> _held = [];
    private readonly Dictionary<(int Partition, long Seqno), VersionState> _versions = [];
    private readonly Dictionary<string, DocumentState> _documents = [];
    private readonly WorkHistory _history = new();
    private long _now;

    // Between a move of the cursor and its answer nobody knows which deliveries came before it. Of sessions whose token is between the two
    // bounds nobody knows it either.
    private bool _isMoving;
    private long _movedAbove;
    private long _movedThrough;
    private long _attemptsFrom;

    /// <summary>What looked like a broken promise, most of it only to those who did not know yet that their lease was over.</summary>
    public int Doubts { get; private set; }

    /// <summary>How many documents were delivered.</summary>
    public int Documents
    {
        get
        {
            lock (_gate) return _documents.Count;
        }
    }

    /// <summary>How many items were confirmed as done.</summary>
    public int Confirms { get; private set; }

    /// <summary>How many items were delivered.</summary>
    public int Deliveries { get; private set; }

    /// <summary>How many items were failed, one by one.</summary>
    public int Failures { get; private set; }

    /// <summary>The fencing tokens of those who worked.</summary>
    public LeaseTokens Tokens { get; } = new();

    /// <summary>What the server should not have done.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate) return [.. Tokens.Violations, .. _violations];
        }
    }

    /// <summary>A worker was handed a batch.</summary>
    public HandedBatch Delivered(SubscriptionBatch batch)
    {
        lock (_gate)
        {
            var handed = new HandedBatch(batch, ++_now);

            // Who had the lease before the cursor moved may still be handed what came before.
            var isChecked = !_isMoving && batch.FencingToken > _movedThrough;
            foreach (var item in batch.Items)
            {
                Deliveries++;
                _history.Add(item.Id, $"delivered seqno {item.Seqno}, attempt {item.Attempt}, {Name(batch)}");
                if (isChecked) Check(item, handed);
                DocumentOf(item.Id).DeliveredAt = _now;
            }

            _held.Add(handed);
            return handed;
        }
    }

    /// <summary>A worker is about to fail items.</summary>
    public void Failing(HandedBatch handed, IReadOnlyCollection<string> ids)
    {
        lock (_gate)
        {
            _now++;
            Failures += ids.Count;
            foreach (var id in ids)
            {
                handed.Failed.Add(id);
                _history.Add(id, $"fails, {Name(handed.Batch)}");
                DocumentOf(id).FailedAt = _now;
            }
        }
    }

    /// <summary>A worker is about to ack what is left of a batch.</summary>
    public void Acking(HandedBatch handed)
    {
        lock (_gate)
        {
            _held.Remove(handed);
            foreach (var item in handed.Done)
            {
                var version = VersionOf(item);
                _history.Add(item.Id, $"acks seqno {item.Seqno}, {Name(handed.Batch)}");
                version.AckedBy = Math.Max(version.AckedBy, handed.Batch.FencingToken);
            }
        }
    }

    /// <summary>A worker is about to leave without a word about a batch.</summary>
    public void Leaving(HandedBatch handed)
    {
        lock (_gate)
        {
            _held.Remove(handed);
            foreach (var item in handed.Batch.Items) _history.Add(item.Id, $"leaves, {Name(handed.Batch)}");
        }
    }

    /// <summary>An ack is durable.</summary>
    public void Confirmed(HandedBatch handed)
    {
        lock (_gate)
        {
            Tokens.Confirmed(handed.Batch.FencingToken);
            _violations.AddRange(handed.Doubts.Where(d => d.IsProvenBy(handed)).Select(d => d.Violation));
            foreach (var item in handed.Batch.Items)
            {
                var version = VersionOf(item);
                _history.Add(item.Id, $"hears that the ack is durable, {Name(handed.Batch)}");
                if (handed.Failed.Contains(item.Id))
                {
                    // Who moves the cursor or replays has attempts counted afresh.
                    if (handed.Batch.FencingToken > _movedThrough && handed.At > _attemptsFrom)
                        version.FailedAttempt = Math.Max(version.FailedAttempt, item.Attempt);
                    continue;
                }

                Confirms++;

                // What was done before the cursor was moved behind it counts no more.
                if (handed.Batch.FencingToken > version.MovedThrough) version.IsConfirmed = true;
            }
        }
    }

    /// <summary>An administrator is about to move the cursor.</summary>
    public void Moving()
    {
        lock (_gate)
        {
            _isMoving = true;
            _movedAbove = Tokens.Newest;
        }
    }

    /// <summary>The cursor has moved, durably.</summary>
    /// <param name="through">Of each partition, how far back.</param>
    /// <param name="token">No session that began before has a larger one.</param>
    public void Moved(IReadOnlyDictionary<int, long> through, long token)
    {
        lock (_gate)
        {
            _isMoving = false;
            _movedThrough = token;
            foreach (var ((partition, seqno), version) in _versions)
            {
                version.FailedAttempt = 0;
                if (seqno <= through.GetValueOrDefault(partition)) continue;
                version.MovedThrough = token;
                version.IsConfirmed = false;
            }
        }
    }

    /// <summary>The server was killed during a move to the beginning: it has happened or not.</summary>
    public void MayHaveMoved()
    {
        lock (_gate)
        {
            Moved(new Dictionary<int, long>(), Tokens.Newest);

            // What was acked before may still be done.
            _movedAbove = 0;
        }
    }

    /// <summary>Whether somebody acked a version since the cursor was last moved.</summary>
    public bool IsAcked(int partition, long seqno)
    {
        lock (_gate) return _versions.TryGetValue((partition, seqno), out var version) && version.AckedBy > _movedAbove;
    }

    /// <summary>Dead letters were found: they are not delivered before they are replayed.</summary>
    public void GivenUp(IEnumerable<string> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids) DocumentOf(id).IsGivenUp = true;
        }
    }

    /// <summary>An administrator is about to replay dead letters.</summary>
    /// <returns>When, in the order of everything.</returns>
    public long Replaying(IEnumerable<string> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids) DocumentOf(id).IsGivenUp = false;
            ForgetAttempts();
            return _now;
        }
    }

    /// <summary>From now on attempts may be counted afresh.</summary>
    public void ForgetAttempts()
    {
        lock (_gate)
        {
            _attemptsFrom = ++_now;
            foreach (var version in _versions.Values) version.FailedAttempt = 0;
        }
    }

    /// <summary>Whether a document was delivered after an instant.</summary>
    public bool WasDeliveredAfter(string id, long instant)
    {
        lock (_gate) return DocumentOf(id).DeliveredAt > instant;
    }

    /// <summary>Whether a worker failed a document after an instant.</summary>
    public bool WasFailedAfter(string id, long instant)
    {
        lock (_gate) return DocumentOf(id).FailedAt > instant;
    }

    /// <summary>Something happened to the server, or to a worker's connection.</summary>
    public void Note(string what)
    {
        lock (_gate) _history.Add(null, what);
    }

    /// <summary>Notes a broken promise.</summary>
    /// <param name="id">The document; null: it is none's.</param>
    /// <param name="violation">For people.</param>
    public void Complain(string? id, string violation)
    {
        lock (_gate) _violations.Add($"{violation}\n{_history.Of(id)}");
    }

    private void Check(SubscriptionItem item, HandedBatch handed)
    {
        var version = VersionOf(item);
        var document = DocumentOf(item.Id);
        if (version.IsConfirmed) Suspect($"{item} was confirmed and came again", item.Id, handed);
        if (document.IsGivenUp) Suspect($"{item} was given up and came again", item.Id, handed);
        if (item.Attempt <= version.FailedAttempt) Suspect($"{item} came again although attempt {version.FailedAttempt} of it had failed, durably", item.Id, handed);
        if (item.Seqno < document.Seqno) Suspect($"{item} came after seqno {document.Seqno} of it", item.Id, handed);
        document.Seqno = Math.Max(document.Seqno, item.Seqno);
        if (!isShared) return;

        foreach (var other in _held.Where(h => h.Batch.FencingToken != handed.Batch.FencingToken && h.Holds(item.Id)))
            Suspect($"{item} came while {Name(other)} had the document", item.Id, handed, other);
    }

    private void Suspect(string violation, string id, params HandedBatch[] parties)
    {
        var doubt = new Doubt($"{violation}, in {Name(parties[0])}.\n{_history.Of(id)}", parties);
        foreach (var party in parties) party.Doubts.Add(doubt);
        Doubts++;
    }

    private static string Name(HandedBatch handed) => Name(handed.Batch);

    private static string Name(SubscriptionBatch batch) => $"batch {batch.BatchId} of token {batch.FencingToken}";

    private VersionState VersionOf(SubscriptionItem item)
    {
        if (_versions.TryGetValue((item.Partition, item.Seqno), out var version)) return version;

        version = new VersionState();
        _versions.Add((item.Partition, item.Seqno), version);
        return version;
    }

    private DocumentState DocumentOf(string id)
    {
        if (!_documents.TryGetValue(id, out var document)) _documents.Add(id, document = new DocumentState());
        return document;
    }
}
