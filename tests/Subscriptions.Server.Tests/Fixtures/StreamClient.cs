using System.Globalization;
using System.Text;
using Grpc.Core;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;
using Message = Subscriptions.V1.ConnectResponse.MessageOneofCase;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>
/// A client of partition streams, that takes down what it is told as text, one word a message or change: <c>opened</c>, <c>rollback:seqno</c>,
/// <c>refused:REASON</c>, <c>[start-end:disk]</c> a snapshot, <c>+id</c> a put, <c>-id</c> a deletion, <c>xid</c> an expiry, <c>&gt;seqno</c> an advance,
/// <c>end:Reason</c>. Noops are answered, and counted.
/// </summary>
internal sealed class StreamClient(AsyncDuplexStreamingCall<ConnectRequest, ConnectResponse> call) : IDisposable
{
    private readonly StringBuilder _text = new();

    /// <summary>Everything that came, noops apart.</summary>
    public List<ConnectResponse> Messages { get; } = [];

    /// <summary>How many noops came.</summary>
    public int Noops { get; private set; }

    /// <summary>The last noop.</summary>
    public Noop? Noop { get; private set; }

    /// <summary>Whether noops are answered.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>What came and was not acked, in bytes.</summary>
    public long Unacked { get; private set; }

    public Task SendAsync(ConnectRequest request) => call.RequestStream.SendAsync(request);

    public Task OpenAsync(ConnectionSettings? settings = null, string name = "indexer", string database = "shop") =>
        SendAsync(new ConnectRequest { Open = new ConnectionOpen { Database = database, Name = name, Settings = settings } });

    public Task StreamAsync(StreamOpen open) => SendAsync(new ConnectRequest { StreamOpen = open });

    public Task ControlAsync(ConnectionSettings settings) => SendAsync(new ConnectRequest { Control = settings });

    public Task CloseAsync(uint stream) => SendAsync(new ConnectRequest { StreamClose = new StreamClose { StreamId = stream } });

    public Task AckAsync(long bytes) => SendAsync(new ConnectRequest { BufferAck = new BufferAck { Bytes = bytes } });

    public Task HalfCloseAsync() => call.RequestStream.CompleteAsync().Within();

    /// <summary>Acks all that came.</summary>
    public Task AckAllAsync()
    {
        var bytes = Unacked;
        Unacked = 0;
        return AckAsync(bytes);
    }

    /// <summary>What came, up to a word that ends with the given text.</summary>
    public async Task<string> ToAsync(string end)
    {
        while (!_text.ToString().EndsWith(end + " ", StringComparison.Ordinal))
            Assert.True(await NextAsync(), $"The connection ended well after '{_text}', before '{end}'.");
        return Take();
    }

    /// <summary>The next message that is not a noop.</summary>
    public async Task<ConnectResponse> NextMessageAsync()
    {
        var count = Messages.Count;
        while (Messages.Count == count) Assert.True(await NextAsync(), "The connection ended well.");
        return Messages[^1];
    }

    /// <summary>What came, up to the good end of the connection.</summary>
    public async Task<string> ToGoodEndAsync()
    {
        while (await NextAsync())
        {
            // It is taken down.
        }

        return Take();
    }

    /// <summary>What came, up to the error that ended the connection.</summary>
    public async Task<(string Text, RpcException Error)> ToErrorAsync()
    {
        var error = await Assert.ThrowsAsync<RpcException>(ToGoodEndAsync);
        return (Take(), error);
    }

    /// <summary>Reads the next message.</summary>
    public async Task<bool> NextAsync()
    {
        if (!await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Within()) return false;

        var message = call.ResponseStream.Current;
        Unacked += message.BufferBytes;
        if (message.Noop is { } noop)
        {
            Noops++;
            Noop = noop;
            if (Answers) await SendAsync(new ConnectRequest { NoopReply = new NoopReply() });
            return true;
        }

        Messages.Add(message);
        foreach (var word in WordsOf(message)) _text.Append(word).Append(' ');
        return true;
    }

    public void Dispose() => call.Dispose();

    private static IEnumerable<string> WordsOf(ConnectResponse message) => message.MessageCase switch
    {
        Message.Opened => ["connected"],
        Message.Settings => ["settings"],
        Message.StreamOpened => ["opened"],
        Message.Rollback => [string.Create(CultureInfo.InvariantCulture, $"rollback:{message.Rollback.Seqno}")],
        Message.Refused => [$"refused:{message.Refused.Reason}"],
        Message.Snapshot => [string.Create(CultureInfo.InvariantCulture, $"[{message.Snapshot.StartSeqno}-{message.Snapshot.EndSeqno}:{message.Snapshot.Source}]")],
        Message.Changes => message.Changes.Changes.Select(WatchClient.TextOf),
        Message.SeqnoAdvanced => [string.Create(CultureInfo.InvariantCulture, $">{message.SeqnoAdvanced.Seqno}")],
        Message.End => [$"end:{message.End.Reason}"],
        _ => throw new InvalidOperationException($"{message} says nothing."),
    };

    private string Take()
    {
        var text = _text.ToString().TrimEnd();
        _text.Clear();
        return text;
    }
}
