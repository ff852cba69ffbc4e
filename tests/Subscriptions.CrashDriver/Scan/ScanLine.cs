using System.Globalization;

namespace Subscriptions.CrashDriver.Scan;

/// <summary>What a scan tells.</summary>
public enum ScanEvent
{
    /// <summary>It begins behind so many changes.</summary>
    Begins,

    /// <summary>It found a document, after so many changes.</summary>
    Found,

    /// <summary>It is over, and has looked at so many changes.</summary>
    Ends,
}

/// <summary>A line of the journal.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Changes">How many changes.</param>
/// <param name="Id">The document.</param>
public sealed record ScanLine(ScanEvent Event, long Changes, string Id = "-")
{
    /// <summary>Reads a line.</summary>
    public static ScanLine Parse(string line)
    {
        var parts = line.Split(' ');
        return new ScanLine(Enum.Parse<ScanEvent>(parts[0]), long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Event} {Changes} {Id}");
}
