using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// One subscription's way to its workers, from the first grant of an epoch until the last worker of it has left: one scan of the log, one
/// ledger, one saver. Several workers share it where they share the subscription. Thread-safe.
/// </summary>
internal sealed class SubscriptionFlow : IBatchGate, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FlowMember> _members = [];
    private readonly Turnstile _searching = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SessionServices _services;
    private readonly FeedReader _reader;
    private readonly DeliveryLedger _ledger;
    private readonly FlowSaver _saver;
    private readonly FlowFailures _failures;
    private readonly FlowSearch _search;
    private bool _isClosed;

    public SubscriptionFlow(
        ISessionSubscription subscription, SessionSource source, FlowStart start, SessionServices services)
    {
        _services = services;
        Feed = source.Feed;
        Epoch = source.Progress.Epoch;
        IsShared = start.IsShared;

        var policy = source.Definition.RetryPolicy;
        var rules = new LedgerRules(policy, IsShared, source.IsRevisions, source.Feed.Partitions.Count, services.Timing.MaxRetries);
        _ledger = new DeliveryLedger(rules, start.Cursor, start.AckedAbove, start.Retries);
        _saver = new FlowSaver(_gate, _ledger, _members, subscription, Epoch, services);
        _failures = new FlowFailures(_ledger, _saver, policy, subscription, services);
        _reader = new FeedReader(source.Feed, start.Cursor, source.View.Collection, source.CanMissDeletes, revisions: source.IsRevisions);
        var builder = new BatchBuilder(source.Feed, source.View, this, services.Timing.ScanSaveDocuments, services.Time) { KeepsVersions = source.IsRevisions };
        _search = new FlowSearch(_gate, source, _reader, builder, _ledger, _saver, subscription.Figures, services.Time) { ParksFailed = _failures.Parks };
    }

    /// <summary>The log that it reads.</summary>
    public ChangeFeed Feed { get; }

    /// <summary>The least token of those who are part of it.</summary>
    public FencingToken Epoch { get; }

    /// <summary>True when several workers may be part of it.</summary>
    public bool IsShared { get; }

    /// <summary>The cursor: everything up to here is done.</summary>
    public ResumeToken Cursor
    {
        get
        {
            lock (_gate) return _ledger.Cursor;
        }
    }

    /// <summary>Changes above the scan, matching or not.</summary>
    public long Lag => _reader.Lag;

    /// <summary>Completes when nothing of the flow runs any more.</summary>
    public Task Closed => _closed.Task;

    /// <summary>When <see cref="Tick"/> is wanted; null: not at all.</summary>
    public DateTimeOffset? NextTickAt
    {
        get
        {
            lock (_gate) return _saver.DueAt;
        }
    }

    /// <summary>A worker joins.</summary>
    /// <returns>False when the flow is over.</returns>
    public bool TryJoin(FlowMember member)
    {
        lock (_gate)
        {
            if (_isClosed || _saver.IsBroken) return false;
            _members.Add(member);
            return true;
        }
    }

    /// <summary>
    /// A worker leaves: what it has goes to the others first. With the last the flow is over, and all that can be saved is saved. No step
    /// of the worker may be under way.
    /// </summary>
    public async Task LeaveAsync(FlowMember member)
    {
        bool isLast;
        lock (_gate)
        {
            var now = _services.Time.GetUtcNow();
            foreach (var claim in member.Claims) _ledger.GiveBack(claim, wasSent: true, now, now);
            member.Claims.Clear();
            _members.Remove(member);
            isLast = _isClosed = _members.Count == 0;
        }

        if (isLast) await DisposeAsync();
        else _reader.Wake();
    }

    /// <summary>Finds something to hand out: what came back first, then what is to be tried again, then what is new.</summary>
    /// <param name="member">For whom; what is found is its own until it is settled.</param>
    /// <param name="waitFirst">Sleep until there may be something.</param>
    /// <param name="cancellationToken">Gives up; nothing was taken.</param>
    public async Task<FlowStep> NextAsync(FlowMember member, bool waitFirst, CancellationToken cancellationToken)
    {
        if (waitFirst) await _reader.WaitAsync(cancellationToken);
        try
        {
            using var turn = await _searching.EnterAsync(cancellationToken);
            var step = await _search.NextAsync(member, cancellationToken);
            if (step.Claim is not null && IsShared) _reader.Wake();
            return step;
        }
        catch (Exception)
        {
            // Whoever waits behind must not miss what woke this one.
            _reader.Wake();
            throw;
        }
    }

    /// <summary>A worker acked.</summary>
    public void Ack(FlowMember member, IEnumerable<Claim> claims, long throughBatch)
    {
        lock (_gate)
        {
            var now = _services.Time.GetUtcNow();
            var hadRetries = _ledger.Retries.Count > 0;
            foreach (var claim in claims)
            {
                member.Claims.Remove(claim);
                _ledger.Ack(claim, now);
            }

            member.AckedBatch = throughBatch;
            _saver.Hurry(now);
            _saver.SaveIfDue();

            // Rows may have become free to be handed out, or so few that the log may be read on.
            if (hadRetries || _ledger.Retries.Count > 0) _reader.Wake();
        }
    }

    /// <summary>What a worker has is to be handed out again.</summary>
    public void GiveBack(FlowMember member, IEnumerable<Claim> claims, bool wereSent, TimeSpan delay)
    {
        lock (_gate)
        {
            var now = _services.Time.GetUtcNow();
            foreach (var claim in claims)
            {
                member.Claims.Remove(claim);
                _ledger.GiveBack(claim, wereSent, now + delay, now);
            }
        }

        _reader.Wake();
    }

    /// <summary>A worker could not process items of a claim.</summary>
    /// <returns>The id that the claim does not have, with nothing changed; null when all were noted.</returns>
    public string? Fail(FlowMember member, Claim claim, IReadOnlyList<string> ids, string reason, TimeSpan? delay)
    {
        lock (_gate)
        {
            if (_failures.Fail(member.WorkerName, claim, ids, reason, delay) is { } unknown) return unknown;
            _saver.Hurry();
            _saver.SaveIfDue();
        }

        _reader.Wake();
        return null;
    }

    /// <summary>An administrator replays dead letters, in the store: no save may undo it before the flow knows.</summary>
    public async Task<IReadOnlyList<FailedItem>> ReplayAsync(Func<Task<IReadOnlyList<FailedItem>>> replay)
    {
        IReadOnlyList<FailedItem> items = [];
        await _saver.WithoutSavesAsync(async () =>
        {
            items = await replay();
            lock (_gate)
            {
                foreach (var item in items) _ledger.Retries.Replay(item);
            }
        });
        _reader.Wake();
        return items;
    }

    /// <summary>True when the last worker has left.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate) return _isClosed;
        }
    }

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        lock (_gate) _saver.SaveIfDue();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _saver.CloseAsync();
        await _search.DisposeAsync();
        _reader.Dispose();
        _closed.TrySetResult();
    }

    /// <inheritdoc />
    bool IBatchGate.Admits(Change item)
    {
        // Read beside the lock: a document that is parked at this moment was delivered before, and the version here is newer.
        if (!_ledger.MayHoldBack && item.Error is null) return true;

        lock (_gate)
        {
            if (_ledger.HoldsBack(item, _services.Time.GetUtcNow())) return false;
            return !_failures.Parks(item);
        }
    }
}
