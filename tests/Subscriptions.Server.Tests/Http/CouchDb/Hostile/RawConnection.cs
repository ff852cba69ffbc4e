using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Hostile;

/// <summary>A connection that sends any bytes at all, and reads what comes back as far as it wants to.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly List<byte> _read = [];
    private NetworkStream _stream = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<RawConnection> OpenAsync(CouchClient couch, int? receiveBuffer = null)
    {
        var connection = new RawConnection();
        if (receiveBuffer is { } bytes) connection._client.ReceiveBufferSize = bytes;
        await connection._client.ConnectAsync(couch.Fixture.Server.Http.Host, couch.Fixture.Server.Http.Port, Cancelled).AsTask().Within();
        connection._stream = connection._client.GetStream();
        return connection;
    }

    /// <summary>A request in bytes; its line without the version.</summary>
    public static byte[] Request(string line, byte[]? body = null, string headers = "")
    {
        var length = body is null ? "" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n";
        return [.. Encoding.Latin1.GetBytes($"{line} HTTP/1.1\r\nHost: x\r\n{length}{headers}\r\n"), .. body ?? []];
    }

    public Task SendAsync(string line, byte[]? body = null) => SendAsync(Request(line, body));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, Cancelled).AsTask().Within();

    /// <summary>Sends one byte after the other until the server has had enough.</summary>
    public async Task TrickleAsync(byte[] bytes, TimeSpan pause)
    {
        try
        {
            foreach (var each in bytes)
            {
                await _stream.WriteAsync(new[] { each }, Cancelled);
                await Task.Delay(pause, TimeProvider.System, Cancelled);
            }
        }
        catch (IOException)
        {
            // It hung up.
        }
    }

    /// <summary>Says that nothing more will be sent, and goes on reading.</summary>
    public void HalfClose() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection, without a good-bye.</summary>
    public void Reset()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>The next answer, with a body of known length or in chunks.</summary>
    public async Task<RawAnswer> AnswerAsync()
    {
        var head = Encoding.Latin1.GetString(await TakeAsync(await FindAsync("\r\n\r\n"u8.ToArray())));
        var length = Header(head, "Content-Length");
        return new RawAnswer(
            int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture),
            head,
            Header(head, "Transfer-Encoding") is null ? Encoding.UTF8.GetString(await TakeAsync(int.Parse(length ?? "0", CultureInfo.InvariantCulture))) : await ChunksAsync());
    }

    /// <summary>The next chunk of an answer; empty at its end.</summary>
    public async Task<string> ChunkAsync()
    {
        var size = Encoding.Latin1.GetString(await TakeAsync(await FindAsync("\r\n"u8.ToArray())));
        var text = await TakeAsync(int.Parse(size.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        await TakeAsync(2);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>A head of an answer; its body stays unread.</summary>
    public async Task<string> HeadAsync() => Encoding.Latin1.GetString(await TakeAsync(await FindAsync("\r\n\r\n"u8.ToArray())));

    /// <summary>Everything up to where the connection is closed or cut.</summary>
    public async Task<string> ToTheEndAsync()
    {
        try
        {
            while (await MoreAsync())
            {
                // There may be more.
            }
        }
        catch (IOException)
        {
            // It was cut.
        }

        return Encoding.UTF8.GetString([.. _read]);
    }

    public void Dispose() => _client.Dispose();

    private static string? Header(string head, string name) => head.Split("\r\n")
        .Select(line => line.Split(": ", 2)).FirstOrDefault(h => h.Length == 2 && h[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];

    private async Task<string> ChunksAsync()
    {
        var text = new StringBuilder();
        while (await ChunkAsync() is { Length: > 0 } chunk) text.Append(chunk);
        return text.ToString();
    }

    // Returns the length up to and with what was looked for.
    private async Task<int> FindAsync(byte[] wanted)
    {
        while (true)
        {
            var at = _read.ToArray().AsSpan().IndexOf(wanted);
            if (at >= 0) return at + wanted.Length;
            if (!await MoreAsync()) throw new IOException($"The connection ended after '{Encoding.UTF8.GetString([.. _read])}'.");
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_read.Count < count)
        {
            if (!await MoreAsync()) throw new IOException($"The connection ended after '{Encoding.UTF8.GetString([.. _read])}'.");
        }

        var taken = _read.GetRange(0, count).ToArray();
        _read.RemoveRange(0, count);
        return taken;
    }

    private async Task<bool> MoreAsync()
    {
        var buffer = new byte[64 * 1024];
        var count = await _stream.ReadAsync(buffer, Cancelled).AsTask().Within();
        _read.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Status, string Head, string Body);
