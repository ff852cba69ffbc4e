using System.Text;
using Grpc.Core;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;
using Message = Subscriptions.V1.WatchChangesResponse.MessageOneofCase;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>
/// Somebody who follows changes, and takes them down as text: <c>+id</c> a put, <c>-id</c> a deletion, <c>x id</c> an expiry, <c>!id</c> a row with an error,
/// <c>|</c> caught up, <c>&lt;</c> rewound. Checkpoints are only kept.
/// </summary>
internal sealed class WatchClient(AsyncServerStreamingCall<WatchChangesResponse> call) : IDisposable
{
    private readonly StringBuilder _text = new();

    /// <summary>All rows so far.</summary>
    public List<ChangeRow> Rows { get; } = [];

    /// <summary>How large each message was.</summary>
    public List<int> MessageSizes { get; } = [];

    /// <summary>The place that was told last.</summary>
    public string Place { get; private set; } = "";

    /// <summary>How many checkpoints came.</summary>
    public int Checkpoints { get; private set; }

    /// <summary>What was said about being rewound.</summary>
    public FeedRewound? Rewound { get; private set; }

    /// <summary>What came, up to being caught up.</summary>
    public async Task<string> ToCaughtUpAsync()
    {
        while (await NextAsync() is { } message && message.MessageCase != Message.CaughtUp)
        {
            Assert.True(message.End is null, $"{message} came before the feed had caught up.");
        }

        return Take();
    }

    /// <summary>The next checkpoint.</summary>
    public async Task<FeedCheckpoint> ToCheckpointAsync()
    {
        while (true)
        {
            var message = await NextAsync() ?? throw new InvalidOperationException("The feed ended.");
            if (message.Checkpoint is { } checkpoint) return checkpoint;
        }
    }

    /// <summary>Everything up to the end, which must be a good one.</summary>
    public async Task<(string Text, FeedEnd End)> ToEndAsync()
    {
        FeedEnd? end = null;
        while (await NextAsync() is { } message) end = message.End;
        return (Take(), end ?? throw new InvalidOperationException("The feed ended without an end."));
    }

    /// <summary>Everything up to an error.</summary>
    public async Task<(RpcException Error, FeedEnd? End)> ToErrorAsync()
    {
        FeedEnd? end = null;
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await NextAsync() is { } message) end = message.End;
        });
        return (error, end);
    }

    public void Dispose() => call.Dispose();

    private async Task<WatchChangesResponse?> NextAsync()
    {
        if (!await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Within()) return null;

        var message = call.ResponseStream.Current;
        MessageSizes.Add(message.CalculateSize());
        Assert.True(Rewound is null || message.Rewound is null, "A feed is rewound once.");
        Rewound ??= message.Rewound;
        if (message.Checkpoint is not null) Checkpoints++;
        if (message.CaughtUp is not null) _text.Append('|');
        if (message.Rewound is not null) _text.Append('<');
        foreach (var row in message.Rows?.Rows ?? []) Add(row);
        Place = message.Rows?.ResumeToken ?? message.Checkpoint?.ResumeToken ?? message.CaughtUp?.ResumeToken ?? message.End?.ResumeToken ?? message.Rewound!.ResumeToken;
        return message;
    }

    private void Add(ChangeRow row)
    {
        Rows.Add(row);
        _text.Append(TextOf(row));
    }

    /// <summary>Rows as text.</summary>
    public static string TextOf(IEnumerable<ChangeRow> rows) => string.Concat(rows.Select(TextOf));

    /// <summary>A row as text.</summary>
    public static string TextOf(ChangeRow row) => row switch
    {
        { Error.Length: > 0 } => "!",
        { Kind: ChangeKind.Put } => "+",
        { Kind: ChangeKind.Delete } => "-",
        { Kind: ChangeKind.Expiry } => "x",
        _ => throw new InvalidOperationException($"{row} says nothing."),
    } + row.Id;

    private string Take()
    {
        var text = _text.ToString();
        _text.Clear();
        return text;
    }
}
