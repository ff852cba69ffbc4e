using System.Globalization;

namespace Subscriptions.CrashDriver.Writes;

/// <summary>How far a request is.</summary>
public enum WritePhase
{
    /// <summary>About to be asked for.</summary>
    Try = 1,

    /// <summary>Promised to be durable.</summary>
    Done = 2,

    /// <summary>The store could not do it.</summary>
    Failed = 3,
}

/// <summary>One operation of a request: what it makes of one of the writer's documents, and where the log has it.</summary>
/// <param name="Document">The number of the document.</param>
/// <param name="Value">What is written; 0 for a delete.</param>
/// <param name="Partition">In an answer: the partition.</param>
/// <param name="Seqno">In an answer: the seqno; 0 when nothing was to be deleted.</param>
public readonly record struct WriteOperation(int Document, long Value, int Partition, long Seqno);

/// <summary>One line of the journal: a request of a writer, which makes one request at a time.</summary>
public sealed record WriteLine(WritePhase Phase, int Writer, IReadOnlyList<WriteOperation> Operations)
{
    /// <summary>Reads a line.</summary>
    public static WriteLine Parse(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new WriteLine(
            Enum.Parse<WritePhase>(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture), [.. parts.Skip(2).Select(ParseOperation)]);
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Phase} {Writer} {string.Join(' ', Operations.Select(o => $"{o.Document}:{o.Value}:{o.Partition}:{o.Seqno}"))}";

    private static WriteOperation ParseOperation(string text)
    {
        var numbers = text.Split(':').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new WriteOperation((int)numbers[0], numbers[1], (int)numbers[2], numbers[3]);
    }
}
