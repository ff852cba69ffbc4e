using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking.Feeds;

/// <summary>Follows a feed on a connection of its own, and counts its rows. Lean, because there are thousands of them in one process.</summary>
internal sealed class FeedListener : IDisposable
{
    // Room for a few rows. Where more come, there is a large buffer meanwhile: one for each of ten thousand would be most of what this process needs.
    private const int BufferBytes = 1024;
    private const int LargeBufferBytes = 16 * 1024;

    private readonly Socket _socket;
    private readonly Lock _lock = new();
    private RowGoal? _goal;
    private long _rows;

    private FeedListener(Socket socket) => _socket = socket;

    /// <summary>How many rows have come.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Connects and asks for a feed.</summary>
    /// <param name="http">The server's HTTP address.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A listener that the server has answered.</returns>
    public static async Task<FeedListener> ConnectAsync(Uri http, string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var listener = new FeedListener(socket);
        try
        {
            await socket.ConnectAsync(http.Host, http.Port, cancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {http.Authority}\r\n\r\n"), cancellationToken);
            await listener.ReadHeadAsync(cancellationToken);
            return listener;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Counts rows until the feed ends or the listener is disposed.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        int read;
        do
        {
            read = await _socket.ReceiveAsync(buffer, cancellationToken);
            Add(CountRows(buffer.AsSpan(0, read)));
            if (read == BufferBytes) read = await ReadMoreAsync(cancellationToken);
        }
        while (read > 0);
    }

    /// <summary>Tells a goal when it is reached. One at a time.</summary>
    public void Await(RowGoal goal)
    {
        lock (_lock)
        {
            if (_rows < goal.Rows)
            {
                _goal = goal;
                return;
            }
        }

        goal.Reached();
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Every row has one, between "changes": and its revision; a long poll has one more before the first.
    private static int CountRows(ReadOnlySpan<byte> bytes) => bytes.Count((byte)'[');

    private async Task<int> ReadMoreAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargeBufferBytes);
        int read;
        do
        {
            read = await _socket.ReceiveAsync(buffer, cancellationToken);
            Add(CountRows(buffer.AsSpan(0, read)));
        }
        while (read == buffer.Length);

        ArrayPool<byte>.Shared.Return(buffer);
        return read;
    }

    private void Add(int rows)
    {
        if (rows == 0) return;

        RowGoal? reached = null;
        lock (_lock)
        {
            _rows += rows;
            if (_rows >= _goal?.Rows) (reached, _goal) = (_goal, null);
        }

        reached?.Reached();
    }

    private async Task ReadHeadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        var read = 0;
        int end;
        while ((end = buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var more = await _socket.ReceiveAsync(buffer.AsMemory(read), cancellationToken);
            if (more == 0) throw new CommandFailedException("the server closed a feed's connection");
            read += more;
        }

        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200"u8)) throw new CommandFailedException($"a feed was refused: {Encoding.ASCII.GetString(buffer, 0, end)}");
        Add(CountRows(buffer.AsSpan(end, read - end)));
    }
}
