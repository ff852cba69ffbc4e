using System.Text.RegularExpressions;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>What a document says that something prints; compared without what is different each time.</summary>
internal sealed partial class DocOutput(string text)
{
    // Told when all was sent, which may be before or after what is printed about the last batch.
    private const string CaughtUp = "caught up";

    private readonly string[] _lines = [.. text.Split('\n').Select(Normalize)];

    /// <summary>Finds it among lines that were printed; other lines may lie between.</summary>
    /// <returns>Up to which line; null when it is not there.</returns>
    public int? FindIn(IReadOnlyList<string> printed)
    {
        var found = 0;
        foreach (var line in _lines.Where(l => l != CaughtUp))
        {
            while (found < printed.Count && Normalize(printed[found]) != line) found++;
            if (found++ >= printed.Count) return null;
        }

        var caughtUp = _lines.Contains(CaughtUp) ? printed.ToList().IndexOf(CaughtUp) + 1 : found;
        return caughtUp == 0 ? null : Math.Max(found, caughtUp);
    }

    /// <summary>Whether lines are just this.</summary>
    public bool IsExactly(IReadOnlyList<string> printed) => _lines.SequenceEqual(printed.Select(Normalize));

    /// <inheritdoc />
    public override string ToString() => string.Join('\n', _lines);

    private static string Normalize(string line)
    {
        line = Instant().Replace(line, "INSTANT");
        line = Token().Replace(line, "$1TOKEN");
        line = Sequence().Replace(line, "$1TOKEN");
        line = Number64().Replace(line, "HEX");
        line = Node().Replace(line, "connected to NODE,");
        line = Worker().Replace(line, "held by WORKER ");
        line = Pause().Replace(line, "in PAUSE");
        line = Folder().Replace(line, "data in FOLDER");
        return Blanks().Replace(line, " ").TrimEnd();
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")]
    private static partial Regex Instant();

    [GeneratedRegex(@"^(resume token +\d+-)\S+")]
    private static partial Regex Token();

    [GeneratedRegex("(\"(?:seq|last_seq)\":\"[0-9]+-)[A-Za-z0-9_-]+")]
    private static partial Regex Sequence();

    [GeneratedRegex(@"\b[0-9a-f]{16}\b")]
    private static partial Regex Number64();

    [GeneratedRegex(@"^connected to \S+,")]
    private static partial Regex Node();

    [GeneratedRegex(@"held by \S+/\d+ ")]
    private static partial Regex Worker();

    [GeneratedRegex(@"in \d+ ms")]
    private static partial Regex Pause();

    [GeneratedRegex("data in .*/data$")]
    private static partial Regex Folder();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
