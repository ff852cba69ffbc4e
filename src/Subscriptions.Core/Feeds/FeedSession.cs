using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Feeds;

/// <summary>
/// One feed: the changes after a place, as far as they concern a reader who keeps the place itself. Every face's feeds run through here. One use,
/// not thread-safe.
/// </summary>
/// <remarks>
/// A feed that follows the log costs an entry among those to be woken and one in the shared ticker: no timer, no thread, no polling. A reader that
/// does not take what it is given is not read for.
/// </remarks>
public sealed class FeedSession : IDisposable
{
    private static readonly ReadLimits PageLimits = new(512, 256 * 1024);
    private const int MostLookedUp = 1000;

    private readonly ChangeFeed _feed;
    private readonly FeedRequest _request;
    private readonly FeedServices _services;
    private readonly IFeedSource _source;
    private readonly FeedWait? _wait;
    private readonly Turnstile _lane;
    private readonly PageMatcher _matcher;
    private long _given;
    private bool _isHeldBack;

    /// <summary>Prepares a feed.</summary>
    /// <param name="feed">The database's log.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="view">What the reader gets to see of a change; null: everything.</param>
    /// <param name="services">What feeds share.</param>
    /// <exception cref="EngineException">LIMIT_EXCEEDED: too many follow logs already.</exception>
    public FeedSession(ChangeFeed feed, FeedRequest request, IChangeView? view, FeedServices services)
    {
        _feed = feed;
        _request = request;
        _matcher = new PageMatcher(view, services.Time);
        _services = services;
        _lane = services.Lane(view is { RunsScripts: true });
        var now = ResumeToken.Now(feed.Partitions);
        if (request.Descending)
        {
            Start = now;
            _source = new BackwardFeedReader(feed, now);
            return;
        }

        Start = CursorRewind.Apply(request.Since, feed.Partitions, canMissDeletes: false, out var rewound, view?.Collection);
        Rewound = rewound;
        if (LooksUp(view, request, now) is { } ids)
        {
            _source = new IdFeedReader(feed, Start, request.Until?.Min(now) ?? now, ids);
            return;
        }

        var follows = request.Mode != FeedMode.Normal;
        if (follows) services.Enter();
        var reader = new FeedReader(feed, Start, view?.Collection, canMissDeletes: false, follows ? null : now, isPatient: true);
        if (request.Until is { } until) reader.StopAt(follows ? until : until.Min(now));
        _source = reader;
        if (follows) _wait = new FeedWait(reader, request, services);
    }

    /// <summary>Where the feed begins.</summary>
    public ResumeToken Start { get; }

    /// <summary>What of the reader's place was moved back and why, for people; null when nothing was.</summary>
    public string? Rewound { get; }

    /// <summary>Where the feed is. For its sink, while the feed waits for that, and for who ran the feed.</summary>
    public ResumeToken Token => _source.Token;

    /// <summary>Runs the feed to its end.</summary>
    /// <param name="sink">Who gets it.</param>
    /// <param name="cancellationToken">Cuts it off, without an end.</param>
    public async Task<FeedEnd> RunAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        if (_request.Limit == 0) return End(FeedEndReason.Limit);

        try
        {
            return End(await GiveAsync(sink, cancellationToken));
        }
        catch (EngineException e) when (e.Code == ErrorCode.SubscriptionChanged)
        {
            return End(FeedEndReason.Purged);
        }
        catch (StoreException) when (Closed() is not null)
        {
            return End(Closed()!.Value);
        }
        finally
        {
            // What comes after a feed may take long, and whoever woke it has others to wake.
            if (_wait is not null) await Task.Yield();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _source.Dispose();
        if (_wait is null) return;

        _wait.Dispose();
        _services.Leave();
    }

    // Few documents are found sooner than what a feed that ends looks through; one that follows the log has to look at what comes in any case.
    private static IReadOnlySet<string>? LooksUp(IChangeView? view, FeedRequest request, ResumeToken now)
    {
        var ends = request.Mode == FeedMode.Normal || (request.Until is { } until && until.Positions.All(p => p.Seqno <= now[p.Partition].Seqno));
        return ends && view is IdView { Ids: { Count: <= MostLookedUp } ids } ? ids : null;
    }

    private FeedEndReason? Stopped() => _services.Stopping.IsCancellationRequested ? FeedEndReason.ShuttingDown
        : Closed();

    private FeedEndReason? Closed() => _feed.ClosedBecause switch
    {
        null => null,
        FeedClosing.HistoryChanged => FeedEndReason.HistoryChanged,
        _ => FeedEndReason.DatabaseDropped,
    };

    private async Task<FeedEndReason> GiveAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Stopped() is { } reason) return reason;

            var step = await StepAsync(sink, cancellationToken);
            if (step.HasWritten) await SendAsync(sink, cancellationToken);
            var end = step.End ?? (step.IsAtEnd ? await PauseAsync(sink, cancellationToken) : null);
            if (end is not null) return end.Value;
            if (_wait is not null && _wait.IsDue && await TickAsync(sink, cancellationToken)) return FeedEndReason.Timeout;

            // A log in memory is read without waiting: others get their turn. Scripts are not for those who wake many.
            if (!step.IsAtEnd || _matcher.RunsScripts) await Task.Yield();
        }
    }

    // One turn: reads a page, and writes what of it concerns the reader.
    private async ValueTask<Step> StepAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        using var turn = await _lane.EnterAsync(cancellationToken);
        if (await _source.ReadAsync(PageLimits, cancellationToken) is not { } page) return new Step(IsAtEnd: true, HasWritten: false, End: null);
        if (!_source.TryAccept(page)) return new Step(IsAtEnd: false, HasWritten: false, FeedEndReason.Purged);

        var rows = _matcher.Match(page.Page, _request.Limit - _given, out var lastSeqno);
        if (rows.Count > 0)
        {
            BeginAnswer();
            _given += rows.Count;
            sink.Write(new FeedRows(rows, _source, page, ReferenceEquals(rows, page.Page.Changes)));
            _services.CountRows(sink.Cut ?? rows.Count);
            if (sink.Cut is not null) return new Step(IsAtEnd: false, HasWritten: true, FeedEndReason.Limit);
        }

        _source.MoveTo(page, lastSeqno);
        return new Step(_source.IsAtEnd, rows.Count > 0, _given == _request.Limit ? FeedEndReason.Limit : null);
    }

    private async ValueTask SendAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        _isHeldBack = !await sink.SendAsync(cancellationToken);
        _wait?.GaveRow();
        if (!_isHeldBack) _wait?.Beat();
    }

    // A long poll answers with what there is by then: one beside busy writers would otherwise go on and on.
    private void BeginAnswer()
    {
        if (_request.Mode != FeedMode.LongPoll || _given > 0 || _source is not FeedReader reader) return;

        var now = ResumeToken.Now(_feed.Partitions);
        reader.StopAt(_request.Until?.Min(now) ?? now);
    }

    // Nothing more is there for now, or at all.
    private async ValueTask<FeedEndReason?> PauseAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        var isOver = _wait is null || (_request.Mode == FeedMode.LongPoll && _given > 0) || HasArrived();
        if (isOver) return FeedEndReason.Complete;

        await sink.CaughtUpAsync(cancellationToken);
        if (_isHeldBack) _wait!.Beat();
        _isHeldBack = false;
        await _wait!.SleepAsync(cancellationToken);
        return null;
    }

    private bool HasArrived()
    {
        if (_request.Until is not { } until) return false;
        foreach (var position in _source.Positions)
        {
            if (position.Seqno < until[position.Partition].Seqno) return false;
        }

        return true;
    }

    // Returns true when the time is up.
    private async ValueTask<bool> TickAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        if (_wait!.IsOver) return true;

        await sink.HeartbeatAsync(_source.Token, cancellationToken);
        _services.CountHeartbeat();
        _wait.Beat();
        return false;
    }

    private FeedEnd End(FeedEndReason reason) => new(reason, _source.Token, _source.Lag);

    /// <summary>What came of a turn.</summary>
    /// <param name="IsAtEnd">Whether nothing is left for now.</param>
    /// <param name="HasWritten">Whether some of it concerned the reader.</param>
    /// <param name="End">Why the feed ends; null when it does not.</param>
    private readonly record struct Step(bool IsAtEnd, bool HasWritten, FeedEndReason? End);
}
