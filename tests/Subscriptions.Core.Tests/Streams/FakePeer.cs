using System.Threading.Channels;
using Subscriptions.Core.Streams;
using Subscriptions.TestKit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>
/// A client of partition streams in memory, that takes down what it is told as words: <c>1:opened</c>, <c>1:[0-3]</c>, <c>1:+id</c>, <c>1:-id</c>, <c>1:&gt;3</c>,
/// <c>1:end:Ok</c>, <c>noop</c>. A change takes 100 bytes of the window, anything else that counts 10.
/// </summary>
internal sealed class FakePeer : IStreamPeer
{
    private readonly Channel<StreamCommand> _commands = Channel.CreateUnbounded<StreamCommand>();
    private readonly Channel<string> _words = Channel.CreateUnbounded<string>();

    /// <summary>While it is not completed nothing is taken off the line.</summary>
    public Task? Hold { get; set; }

    /// <summary>Whether everything is acked at once.</summary>
    public bool Acks { get; init; }

    public void Say(StreamCommand command) => _commands.Writer.TryWrite(command);

    public void HangUp() => _commands.Writer.TryComplete();

    /// <summary>The next word.</summary>
    public async Task<string> NextAsync() => await _words.Reader.ReadAsync().Within();

    /// <summary>All words up to one.</summary>
    public async Task<string> ToAsync(string last)
    {
        var words = new List<string>();
        do words.Add(await NextAsync());
        while (words[^1] != last);
        return string.Join(' ', words);
    }

    /// <summary>What has come and was not looked at yet.</summary>
    public IReadOnlyList<string> Rest()
    {
        var words = new List<string>();
        while (_words.Reader.TryRead(out var word)) words.Add(word);
        return words;
    }

    public async ValueTask<StreamCommand?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await _commands.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_commands.Reader.TryRead(out var command)) return command;
        }

        return null;
    }

    public async ValueTask<int> SendAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (Hold is { } hold) await hold.WaitAsync(cancellationToken);
        foreach (var word in WordsOf(message)) _words.Writer.TryWrite(word);
        var bytes = message is StreamMessage.Changes changes ? changes.Count * 100 : message.IsCounted ? 10 : 0;
        if (Acks && bytes > 0) Say(new StreamCommand.BufferAck(bytes));
        return bytes;
    }

    private static IEnumerable<string> WordsOf(StreamMessage message) => message switch
    {
        StreamMessage.Opened m => [$"{m.StreamId}:opened"],
        StreamMessage.RolledBack m => [$"{m.StreamId}:rollback:{m.Decision.Position.Seqno}"],
        StreamMessage.Refused m => [$"{m.StreamId}:refused:{m.Error.Code}"],
        StreamMessage.Snapshot m => [$"{m.StreamId}:[{m.Start}-{m.End}]"],
        StreamMessage.Changes m => m.List.Skip(m.First).Take(m.Count).Select(c => $"{m.StreamId}:{(c.IsTombstone ? '-' : '+')}{c.Id}"),
        StreamMessage.Advanced m => [$"{m.StreamId}:>{m.Position.Seqno}"],
        StreamMessage.Ended m => [$"{m.StreamId}:end:{m.Reason}"],
        StreamMessage.Noop => ["noop"],
        _ => ["settings"],
    };
}
