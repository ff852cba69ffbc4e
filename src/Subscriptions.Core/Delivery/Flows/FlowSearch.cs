using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// Looks for something to hand out: what came back first, then what is due to be tried again, then what is new. One search at a time; the
/// ledger is touched under the flow's lock, never during I/O.
/// </summary>
internal sealed class FlowSearch : IAsyncDisposable
{
    private readonly Lock _gate;
    private readonly SessionSource _source;
    private readonly FeedReader _reader;
    private readonly BatchBuilder _builder;
    private readonly DeliveryLedger _ledger;
    private readonly FlowSaver _saver;
    private readonly DeliveryFigures _figures;
    private readonly TimeProvider _time;
    private ITimer? _wake;

    public FlowSearch(
        Lock gate,
        SessionSource source,
        FeedReader reader,
        BatchBuilder builder,
        DeliveryLedger ledger,
        FlowSaver saver,
        DeliveryFigures figures,
        TimeProvider time)
    {
        _gate = gate;
        _source = source;
        _reader = reader;
        _builder = builder;
        _ledger = ledger;
        _saver = saver;
        _figures = figures;
        _time = time;
    }

    /// <summary>Takes care of an item on which the script failed, if the policy is not to deliver it; called under the lock.</summary>
    public required Func<Change, bool> ParksFailed { get; init; }

    /// <summary>Searches once.</summary>
    public async Task<FlowStep> NextAsync(FlowMember member, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stretch? waiting;
            List<RetryRow> due = [];
            bool isBlocked;
            lock (_gate)
            {
                var now = _time.GetUtcNow();
                waiting = _ledger.NextWaiting(now, out isBlocked);
                if (waiting is null) due = _ledger.TakeDue(now, member.Options.MaxDocs);
                isBlocked |= !_ledger.MayScan;
            }

            if (waiting is not null)
            {
                if (await AgainAsync(waiting, member, cancellationToken) is { } again) return again;
            }
            else if (due.Count > 0)
            {
                if (await RetryAsync(due, member, cancellationToken) is { } retry) return retry;
            }
            else
            {
                return isBlocked ? Blocked() : await ScanAsync(member, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _wake?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<FlowStep?> AgainAsync(Stretch waiting, FlowMember member, CancellationToken cancellationToken)
    {
        using var reader = new FeedReader(
            _source.Feed, waiting.Start, _source.View.Collection, _source.CanMissDeletes, waiting.End, _source.IsRevisions);
        var built = await _builder.BuildAsync(reader, member.Options, cancellationToken);
        _figures.Scanned(built.Scanned, built.Items.Count);
        var end = built.IsCaughtUp ? waiting.End : built.End;
        lock (_gate)
        {
            return _ledger.TakenAgain(waiting, end, built.Items) is { } claim ? Found(member, claim, built) : null;
        }
    }

    private async Task<FlowStep?> RetryAsync(List<RetryRow> due, FlowMember member, CancellationToken cancellationToken)
    {
        var retries = new RetryBatch(_source, member.Options);
        try
        {
            await retries.ReadAsync(due, cancellationToken);
        }
        catch (Exception)
        {
            lock (_gate) due.ForEach(_ledger.Retries.Offer);
            throw;
        }

        lock (_gate)
        {
            return retries.Claim(_ledger, ParksFailed) is { } claim ? Found(member, claim, retries.Built) : null;
        }
    }

    private async Task<FlowStep> ScanAsync(FlowMember member, CancellationToken cancellationToken)
    {
        await _saver.Lagging;

        // A search that was given up may have left the reader behind the place that the ledger knows.
        if (!ReferenceEquals(_reader.Token, _ledger.Scan)) _reader.Seek(_ledger.Scan);

        var built = await _builder.BuildAsync(_reader, member.Options, cancellationToken);
        _figures.Scanned(built.Scanned, built.Items.Count);
        lock (_gate)
        {
            var claim = _ledger.Scanned(built.End, built.Items);
            _saver.Scanned(built.Scanned);
            _saver.SaveIfDue();
            if (claim is not null) return Found(member, claim, built);
            return built.IsCaughtUp ? Idle(built) : new FlowStep(null, built, built.End);
        }
    }

    // An ack is one of everything that the worker has got.
    private FlowStep Found(FlowMember member, Claim claim, BuiltBatch built)
    {
        member.Claims.Add(claim);
        return new FlowStep(claim, built, _ledger.CursorAfter(member.Claims));
    }

    private FlowStep Blocked()
    {
        lock (_gate) return Idle(new BuiltBatch([], _ledger.Scan, 0, IsCaughtUp: false));
    }

    private FlowStep Idle(BuiltBatch built)
    {
        var now = _time.GetUtcNow();
        var dueAt = _ledger.NextDueAt(now);
        if (dueAt > now) WakeAfter(dueAt.Value - now);
        return new FlowStep(null, built, built.End) { IsIdle = !(dueAt <= now), IsDrained = _ledger.IsDrained };
    }

    // Most flows never need one.
    private void WakeAfter(TimeSpan delay)
    {
        _wake ??= _time.CreateTimer(static r => ((FeedReader)r!).Wake(), _reader, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _wake.Change(delay, Timeout.InfiniteTimeSpan);
    }
}
