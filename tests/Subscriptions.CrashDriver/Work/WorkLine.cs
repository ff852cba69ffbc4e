using System.Globalization;

namespace Subscriptions.CrashDriver.Work;

/// <summary>What a line of the scenario says.</summary>
public enum WorkEvent
{
    /// <summary>A write is about to be handed over.</summary>
    Writing,

    /// <summary>A write was answered.</summary>
    Wrote,

    /// <summary>A worker was told that it has the lease.</summary>
    Opened,

    /// <summary>A change was delivered.</summary>
    Delivered,

    /// <summary>An ack is about to be handed over.</summary>
    Acking,

    /// <summary>A nack is about to be handed over.</summary>
    Nacking,

    /// <summary>An ack was confirmed.</summary>
    Confirmed,

    /// <summary>The nack of an item is about to be handed over.</summary>
    Failing,

    /// <summary>A worker is about to break off.</summary>
    Left,

    /// <summary>The cursor is about to be moved to the beginning.</summary>
    Resetting,

    /// <summary>The cursor was moved.</summary>
    Reset,

    /// <summary>The dead letters are about to be replayed.</summary>
    Replaying,

    /// <summary>A dead letter was replayed.</summary>
    Replayed,

    /// <summary>All of them were.</summary>
    ReplayEnded,
}

/// <summary>A line of the scenario's journal.</summary>
/// <param name="Event">What it says.</param>
/// <param name="Id">The document.</param>
/// <param name="Number">Of a write or delivery: the seqno, or for what is only planned 0. Of an opening or reset: the fencing token.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Batch">The batch, where there is one.</param>
/// <param name="Keep">Whether the write matches the subscription.</param>
/// <param name="Worker">Which worker, where there are several.</param>
public sealed record WorkLine(
    WorkEvent Event, string Id = "-", long Number = 0, int Partition = 0, long Batch = 0, bool Keep = false, int Worker = 0)
{
    /// <summary>Reads a line.</summary>
    public static WorkLine Parse(string text)
    {
        var parts = text.Split(' ');
        return new WorkLine(
            Enum.Parse<WorkEvent>(parts[0]),
            parts[1],
            long.Parse(parts[2], CultureInfo.InvariantCulture),
            int.Parse(parts[3], CultureInfo.InvariantCulture),
            long.Parse(parts[4], CultureInfo.InvariantCulture),
            bool.Parse(parts[5]),
            int.Parse(parts[6], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Event} {Id} {Number} {Partition} {Batch} {Keep} {Worker}");
}
