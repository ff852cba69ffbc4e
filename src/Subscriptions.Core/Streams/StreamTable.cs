namespace Subscriptions.Core.Streams;

/// <summary>
/// The open streams of one connection, and whose turn it is: each that can go on gets a turn before another gets its second. Belongs to the connection's loop.
/// </summary>
internal sealed class StreamTable
{
    private readonly Dictionary<uint, PartitionStream> _streams = [];
    private readonly Queue<PartitionStream> _turns = new();
    private readonly HashSet<PartitionStream> _waiting = [];
    private int _untilLook;

    /// <summary>How many streams are open.</summary>
    public int Count => _streams.Count;

    /// <summary>The open streams.</summary>
    public IReadOnlyCollection<PartitionStream> All => _streams.Values;

    /// <summary>An open stream; null when there is none of that id.</summary>
    public PartitionStream? Find(uint id) => _streams.GetValueOrDefault(id);

    /// <summary>Adds a stream, whose id is free.</summary>
    public void Add(PartitionStream stream)
    {
        _streams.Add(stream.Id, stream);
        _waiting.Add(stream);
    }

    /// <summary>The next stream that can go on; null when none can.</summary>
    /// <param name="now">The time.</param>
    public PartitionStream? Next(DateTimeOffset now)
    {
        // Once a round, so that a stream with much to read does not keep others from being noticed.
        if (_untilLook-- <= 0 || _turns.Count == 0) Look(now);
        return _turns.TryDequeue(out var stream) ? stream : null;
    }

    /// <summary>A stream's turn is over.</summary>
    public void Return(PartitionStream stream)
    {
        if (stream.IsFinished) _streams.Remove(stream.Id);
        else if (stream.CanRead || stream.HasMessages) _turns.Enqueue(stream);
        else _waiting.Add(stream);
    }

    /// <summary>When the first stream has progress to tell; null when none has.</summary>
    public DateTimeOffset? ProgressDue()
    {
        DateTimeOffset? due = null;
        foreach (var stream in _waiting)
        {
            if (stream.ProgressDue is { } progress && (due is null || progress < due)) due = progress;
        }

        return due;
    }

    private void Look(DateTimeOffset now)
    {
        foreach (var stream in _waiting)
        {
            stream.TellProgress(now);
            if (stream.CanRead || stream.HasMessages) _turns.Enqueue(stream);
        }

        foreach (var stream in _turns) _waiting.Remove(stream);
        _untilLook = _turns.Count;
    }
}
