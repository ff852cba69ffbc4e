using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary>
/// Feeds with nothing behind them: who asks with GET is sent a row whenever somebody asks with POST. All of them are gone through on all processors, and a
/// row is one send on a socket: what the system allows at most. Disposal closes all connections.
/// </summary>
internal sealed class BareFeeds : IAsyncDisposable
{
    private const int Backlog = 1_024;
    private const int LongestRequest = 1_024;

    private static readonly byte[] Following = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] Done = "HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray();
    private static readonly byte[] Row = Chunk(
        """{"seq":"123456-AQAAAAEAAAAAAeJAASNFZ4mrze8","id":"orders/00123456","changes":[{"rev":"1-0123456789abcdef0123456789abcdef"}]}""" + "\n");

    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _followers = [];
    private readonly Task _accepting;

    /// <summary>Listens on a free port of the loopback.</summary>
    public BareFeeds()
    {
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen(Backlog);
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{(IPEndPoint)_listening.LocalEndPoint!}"));
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listening.Dispose();
        _stop.Dispose();
    }

    private static byte[] Chunk(string text) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text.Length:x}\r\n{text}\r\n"));

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listening.AcceptAsync(_stop.Token)));
        }
        finally
        {
            await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        try
        {
            var request = new byte[LongestRequest];
            while (await ReadRequestAsync(socket, request)) await AnswerAsync(socket, isFeed: request.AsSpan().StartsWith("GET "u8));
        }
        finally
        {
            _followers.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private async Task AnswerAsync(Socket socket, bool isFeed)
    {
        // Before the answer: who has it gets every row from then on.
        if (isFeed) _followers[socket] = true;
        else Parallel.ForEach(_followers.Keys, static follower => follower.Send(Row));

        await socket.SendAsync(isFeed ? Following : Done, _stop.Token);
    }

    private async Task<bool> ReadRequestAsync(Socket socket, byte[] request)
    {
        var read = 0;
        do
        {
            var more = await socket.ReceiveAsync(request.AsMemory(read), _stop.Token);
            if (more == 0) return false;
            read += more;
        }
        while (request.AsSpan(0, read).IndexOf("\r\n\r\n"u8) < 0);
        return true;
    }
}
