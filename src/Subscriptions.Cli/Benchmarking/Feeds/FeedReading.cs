using System.Net.Http.Headers;
using System.Text;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking.Feeds;

/// <summary>Reads feeds as CouchDB clients do, as fast as they come: rows are counted, not parsed.</summary>
/// <param name="http">The server's HTTP address.</param>
internal sealed class FeedReading(Uri http) : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    // The first line, the bracket's and the last.
    private const int LinesBesideRows = 3;

    private static readonly byte[] End = "\"pending\":0}\n"u8.ToArray();

    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
    {
        BaseAddress = http,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Reads a feed of the form <c>normal</c> to its end.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="body">The body of a POST; null: it is a GET.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many rows it had.</returns>
    /// <exception cref="CommandFailedException">It was refused or ended too early.</exception>
    public async Task<long> CountAsync(string path, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new CommandFailedException($"{path} was answered with {(int)response.StatusCode}");

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var lines = 0L;
        var end = Array.Empty<byte>();
        while (await stream.ReadAsync(_buffer, cancellationToken) is var read and > 0)
        {
            lines += _buffer.AsSpan(0, read).Count((byte)'\n');
            end = [.. end.Concat(_buffer[..read].TakeLast(End.Length)).TakeLast(End.Length)];
        }

        return end.AsSpan().SequenceEqual(End) ? lines - LinesBesideRows : throw new CommandFailedException($"{path} ended too early");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
