namespace Subscriptions.Server.Hosting;

/// <summary>
/// Cuts off a client that takes next to nothing of what it is sent: it keeps memory for as long as it is connected, and a network that is alive never gets
/// rid of it. One that is slow but goes on is left alone. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told who was cut off.</param>
internal sealed partial class StallWatch(TimeProvider time, ILogger<StallWatch> logger)
{
    /// <summary>
    /// How long a client may take for anything. The network takes bytes off a slow one's connection in lumps of a megabyte and more, and says nothing in between.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>What it has to take in a second, beyond that.</summary>
    public const int LeastBytes = 1024;

    /// <summary>Waits until the network has taken what is sent.</summary>
    /// <param name="sending">The sending. Ends when the connection is aborted.</param>
    /// <param name="bytes">How much it is, or more.</param>
    /// <param name="client">Who takes it, and is cut off when it does not.</param>
    public async ValueTask<T> GuardAsync<T>(ValueTask<T> sending, long bytes, HttpContext client)
    {
        if (sending.IsCompleted) return await sending;

        using var timer = Begin(bytes, client);
        return await sending;
    }

    /// <inheritdoc cref="GuardAsync{T}(ValueTask{T}, long, HttpContext)" />
    public async ValueTask GuardAsync(Task sending, long bytes, HttpContext client)
    {
        if (!sending.IsCompleted)
        {
            using var timer = Begin(bytes, client);
            await sending;
            return;
        }

        await sending;
    }

    private ITimer Begin(long bytes, HttpContext client)
    {
        var due = Grace + TimeSpan.FromSeconds((double)bytes / LeastBytes);
        return time.CreateTimer(_ => CutOff(client, bytes, due), null, due, Timeout.InfiniteTimeSpan);
    }

    private void CutOff(HttpContext client, long bytes, TimeSpan due)
    {
        Log.CutOff(logger, client.Request.Path, client.Connection.RemoteIpAddress, bytes, (long)due.TotalSeconds);
        client.Abort();
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogEvents.Feeds + 1, LogLevel.Information, "{Path} was cut off: its client at {Address} has not taken {Bytes} bytes in {Seconds} seconds.")]
        public static partial void CutOff(ILogger logger, PathString path, System.Net.IPAddress? address, long bytes, long seconds);
    }
}
