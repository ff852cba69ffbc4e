using System.Collections.Concurrent;
using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Streams;

/// <summary>What all partition streams of a server come to. Thread-safe.</summary>
public sealed class StreamFigures
{
    private readonly ConcurrentDictionary<RewindReason, long> _rollbacks = new();
    private readonly ConcurrentDictionary<StreamEndReason, long> _ends = new();
    private long _connections;
    private long _streams;
    private long _changes;
    private long _bytes;
    private long _pauses;
    private long _silent;

    /// <summary>Connections that are open.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Streams that are open.</summary>
    public long Streams => Interlocked.Read(ref _streams);

    /// <summary>Changes that were sent.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>What was sent, as windows count it, in bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>How often a connection with something to send had to stop because its window was full.</summary>
    public long Pauses => Interlocked.Read(ref _pauses);

    /// <summary>Connections that were given up because nothing was heard of the client.</summary>
    public long SilentConnections => Interlocked.Read(ref _silent);

    /// <summary>Readers that were sent back, by reason.</summary>
    public IEnumerable<KeyValuePair<RewindReason, long>> Rollbacks => _rollbacks;

    /// <summary>Streams that have ended, by reason.</summary>
    public IEnumerable<KeyValuePair<StreamEndReason, long>> Ends => _ends;

    internal void Connected() => Interlocked.Increment(ref _connections);

    internal void Disconnected(int streams)
    {
        Interlocked.Decrement(ref _connections);
        Interlocked.Add(ref _streams, -streams);
    }

    internal void Opened() => Interlocked.Increment(ref _streams);

    internal void Ended(StreamEndReason reason)
    {
        Interlocked.Decrement(ref _streams);
        _ends.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    internal void RolledBack(RewindReason reason) => _rollbacks.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    internal void Sent(int changes, long bytes)
    {
        if (changes > 0) Interlocked.Add(ref _changes, changes);
        Interlocked.Add(ref _bytes, bytes);
    }

    internal void Paused() => Interlocked.Increment(ref _pauses);

    internal void Silent() => Interlocked.Increment(ref _silent);
}
