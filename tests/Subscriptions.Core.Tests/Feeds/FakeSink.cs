using System.Threading.Channels;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Feeds;
using Subscriptions.TestKit;

namespace Subscriptions.Core.Tests.Feeds;

/// <summary>A client of a feed that writes down what it gets: rows as <c>+id</c>, deletions as <c>-id</c>, heartbeats as <c>.</c> and pauses as <c>|</c>.</summary>
internal sealed class FakeSink : IFeedSink
{
    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();
    private bool _isPaused;

    public List<ResumeToken> Tokens { get; } = [];

    public ResumeToken? Heartbeat { get; private set; }

    public Task? Hold { get; set; }

    /// <summary>Whether it sends rows only when it has to.</summary>
    public bool HoldsBack { get; set; }

    /// <summary>How many rows it takes before it wants no more.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    public int? Cut { get; private set; }

    public async Task<string> NextAsync() => await _log.Reader.ReadAsync().Within();

    /// <summary>Everything up to the next pause.</summary>
    public async Task<string> ToPauseAsync()
    {
        var all = "";
        while (!all.EndsWith('|')) all += await NextAsync();
        return all;
    }

    /// <summary>Everything that has come.</summary>
    public string Drain()
    {
        var all = "";
        while (_log.Reader.TryRead(out var next)) all += next;
        return all;
    }

    public void Write(FeedRows rows)
    {
        _isPaused = false;
        foreach (var change in rows.Changes)
        {
            if (Tokens.Count == MaxRows)
            {
                Cut = rows.Changes.TakeWhile(c => c != change).Count();
                break;
            }

            rows.MoveTo(change);
            Tokens.Add(rows.Token);
            _log.Writer.TryWrite((change.IsTombstone ? "-" : "+") + change.Id);
        }
    }

    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (Hold is not null) await Hold;
        return !HoldsBack;
    }

    public ValueTask CaughtUpAsync(CancellationToken cancellationToken)
    {
        if (!_isPaused) _log.Writer.TryWrite("|");
        _isPaused = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask HeartbeatAsync(ResumeToken token, CancellationToken cancellationToken)
    {
        Heartbeat = token;
        _isPaused = false;
        _log.Writer.TryWrite(".");
        return ValueTask.CompletedTask;
    }
}
