namespace Subscriptions.Cli.Importing;

/// <summary>
/// Tells, from the number of operations that are durable, up to which line the file is. Operations are answered in the order in which they
/// were added, so what is kept is only what is under way.
/// </summary>
internal sealed class DurableLines
{
    private readonly Queue<(long Number, long End)> _underWay = new();
    private long _durable;

    /// <summary>The last line of which it is known that it, and all before it, is durable; 0: none.</summary>
    public long UpToLine { get; private set; }

    /// <summary>Where that line ends.</summary>
    public long Bytes { get; private set; }

    /// <summary>A line makes no operation: it is blank, or it is skipped.</summary>
    public void Skip(in ImportLine line)
    {
        if (_underWay.Count == 0) Advance(line.Number, line.End);
    }

    /// <summary>A line becomes an operation.</summary>
    public void Add(in ImportLine line) => _underWay.Enqueue((line.Number, line.End));

    /// <summary>So many operations are durable, from the first one on.</summary>
    public void Confirm(long operations)
    {
        for (; _durable < operations && _underWay.TryDequeue(out var line); _durable++) Advance(line.Number, line.End);
    }

    /// <summary>The line of an operation that is under way; null when there is none such.</summary>
    /// <param name="index">From 0: the oldest.</param>
    public long? LineOf(int index) => index >= 0 && index < _underWay.Count ? _underWay.ElementAt(index).Number : null;

    private void Advance(long number, long end)
    {
        UpToLine = number;
        Bytes = end;
    }
}
