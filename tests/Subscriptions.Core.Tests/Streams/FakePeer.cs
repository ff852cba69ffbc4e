using System.Collections.Concurrent;
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
    private readonly Channel<string[]> _messages = Channel.CreateUnbounded<string[]>();
    private readonly Queue<string> _words = new();
    private readonly TaskCompletionSource _holding = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _heard = Channel.CreateUnbounded<bool>();
    private StreamCommand? _answer;
    private bool _isAnswered;

    /// <summary>While it is not completed nothing is taken off the line.</summary>
    public Task? Hold { get; set; }

    /// <summary>Completes when something is on the line and not taken off.</summary>
    public Task Holding => _holding.Task;

    /// <summary>Whether everything is acked, and the ack heard, before its sending is over.</summary>
    public bool Acks { get; init; }

    /// <summary>Whether settings that it is told are asked for again, and that heard, before their sending is over.</summary>
    public bool Pesters { get; init; }

    /// <summary>The markers that came.</summary>
    public ConcurrentQueue<StreamMessage.Snapshot> Markers { get; } = new();

    /// <summary>What the line breaks at; null: nothing.</summary>
    public Predicate<StreamMessage>? Breaks { get; init; }

    /// <summary>Whether a message of which words were taken down carried changes.</summary>
    public static bool HasChanges(string[] message) => message[0].Contains(":+", StringComparison.Ordinal) || message[0].Contains(":-", StringComparison.Ordinal);

    /// <summary>What a message takes of the window, if it is one that counts.</summary>
    public static int BytesOf(string[] message) => HasChanges(message) ? message.Length * 100 : 10;

    public void Say(StreamCommand command) => _commands.Writer.TryWrite(command);

    public void HangUp() => _commands.Writer.TryComplete();

    /// <summary>Says what cannot be understood, or is no more.</summary>
    public void Fail(Exception error) => _commands.Writer.TryComplete(error);

    /// <summary>The words of the next message.</summary>
    public async Task<string[]> NextMessageAsync() => await _messages.Reader.ReadAsync().Within();

    /// <summary>The next word.</summary>
    public async Task<string> NextAsync()
    {
        if (_words.Count == 0) Array.ForEach(await NextMessageAsync(), _words.Enqueue);
        return _words.Dequeue();
    }

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
        var words = _words.ToList();
        _words.Clear();
        while (_messages.Reader.TryRead(out var message)) words.AddRange(message);
        return words;
    }

    public async ValueTask<StreamCommand?> ReceiveAsync(CancellationToken cancellationToken)
    {
        // Who comes for more has heard what there was.
        if (_isAnswered) _heard.Writer.TryWrite(true);
        _isAnswered = false;
        while (await _commands.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_commands.Reader.TryRead(out var command)) continue;
            _isAnswered = ReferenceEquals(command, _answer);
            return command;
        }

        return null;
    }

    public async ValueTask SendAsync(StreamMessage message, FlowWindow window, CancellationToken cancellationToken)
    {
        if (Hold is { } hold)
        {
            _holding.TrySetResult();
            await hold.WaitAsync(cancellationToken);
        }

        if (Breaks?.Invoke(message) == true) throw new IOException("The line is broken.");
        string[] words = [.. WordsOf(message)];
        if (message is StreamMessage.Snapshot marker) Markers.Enqueue(marker);
        var bytes = message.IsCounted ? BytesOf(words) : 0;
        window.Sent(bytes);
        _messages.Writer.TryWrite(words);
        if (Acks && bytes > 0) await AnswerAsync(new StreamCommand.BufferAck(bytes), cancellationToken);
        if (Pesters && message is StreamMessage.Settings) await AnswerAsync(new StreamCommand.Control(settings => settings), cancellationToken);
    }

    private async Task AnswerAsync(StreamCommand answer, CancellationToken cancellationToken)
    {
        _answer = answer;
        Say(answer);
        await _heard.Reader.ReadAsync(cancellationToken);
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
