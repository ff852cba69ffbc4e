using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking.Feeds;

/// <summary>Follows a feed on a connection of its own, and counts its rows. Lean, because there are thousands of them in one process.</summary>
internal sealed class FeedListener : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket _socket;
    private long _awaited = long.MaxValue;
    private TaskCompletionSource? _reached;
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
        // A buffer for each of ten thousand that wait would be most of what this process needs.
        while (await _socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken) == 0)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            var read = await _socket.ReceiveAsync(buffer, cancellationToken);
            Add(CountRows(buffer.AsSpan(0, read)));
            ArrayPool<byte>.Shared.Return(buffer);
            if (read == 0) return;
        }
    }

    /// <summary>Waits until so many rows have come.</summary>
    public Task WaitForAsync(long rows, CancellationToken cancellationToken)
    {
        var reached = _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _awaited, rows);
        if (Rows >= rows) reached.TrySetResult();
        return reached.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Every row has one, between "changes": and its revision; a long poll has one more before the first.
    private static int CountRows(ReadOnlySpan<byte> bytes) => bytes.Count((byte)'[');

    private void Add(int rows)
    {
        if (rows == 0) return;
        if (Interlocked.Add(ref _rows, rows) >= Volatile.Read(ref _awaited)) _reached?.TrySetResult();
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
