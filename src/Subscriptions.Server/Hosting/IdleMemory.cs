namespace Subscriptions.Server.Hosting;

/// <summary>
/// Decides when a process should give memory back. The collector works when memory is asked for: after a burst of writes it would keep what
/// the burst left behind for as long as nothing happens. Not thread-safe.
/// </summary>
internal sealed class IdleMemory
{
    // What a server allocates in a second in which nobody wants anything, and then some.
    private const long QuietBytes = 1024 * 1024;

    // Less is not worth a collection.
    private const long WorthwhileBytes = 8 * 1024 * 1024;

    // The collection stops the process for a time that grows with what is alive: of this much, for some 50 ms.
    private const long MostAliveBytes = 128 * 1024 * 1024;

    private long _allocated;
    private long _allocatedAtCollection;

    /// <summary>Looks at how much was allocated; to be called every second.</summary>
    /// <param name="allocated">What the process has allocated since it started, in bytes.</param>
    /// <param name="alive">What the last collection left, in bytes.</param>
    /// <returns>True when the last second was quiet, and garbage has gathered since the last time that this was true.</returns>
    public bool ShouldCollect(long allocated, long alive)
    {
        var isQuiet = allocated - _allocated < QuietBytes;
        _allocated = allocated;
        if (!isQuiet || allocated - _allocatedAtCollection < WorthwhileBytes || alive > MostAliveBytes) return false;

        _allocatedAtCollection = allocated;
        return true;
    }
}
