namespace Subscriptions.Cli.Benchmarking;

/// <summary>What a disk needs to make a small append durable: the least that any durable ack can take.</summary>
internal static class DiskSync
{
    /// <summary>How many bytes are appended each time.</summary>
    public const int Bytes = 200;

    /// <summary>Appends to a new file and syncs it, again and again.</summary>
    /// <param name="folder">Where the file is made; it is deleted afterwards.</param>
    /// <param name="count">How many times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How long each took in milliseconds, the shortest first.</returns>
    public static double[] Measure(string folder, int count, TimeProvider time, CancellationToken cancellationToken)
    {
        using var own = BenchFolder.In(folder);
        using var file = File.OpenHandle(Path.Combine(own.Path, "appended"), FileMode.CreateNew, FileAccess.Write);
        var bytes = new byte[Bytes];
        var milliseconds = new double[count];
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var startedAt = time.GetTimestamp();
            RandomAccess.Write(file, bytes, (long)i * Bytes);
            RandomAccess.FlushToDisk(file);
            milliseconds[i] = time.GetElapsedTime(startedAt).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        return milliseconds;
    }
}
