using System.Globalization;
using System.Text;

namespace Subscriptions.Cli.Output;

/// <summary>Values as people read them, the same in every country.</summary>
internal static class Readable
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>12,345.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>1.2 MiB.</summary>
    public static string Bytes(long value)
    {
        var scaled = (double)value;
        var unit = 0;
        while (scaled >= 1024 && unit < Units.Length - 1)
        {
            scaled /= 1024;
            unit++;
        }

        return unit == 0
            ? $"{Number(value)} {(value == 1 ? "byte" : Units[0])}"
            : string.Create(CultureInfo.InvariantCulture, $"{scaled:0.0} {Units[unit]}");
    }

    /// <summary>2026-01-31 17:05:09Z.</summary>
    public static string Instant(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>450 ms, 3.2 s, 5 min.</summary>
    public static string Duration(TimeSpan value) => value switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0} s"),
        { TotalMinutes: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes:0} min"),
        { TotalHours: < 72 } => string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.TotalDays:0} days"),
    };

    /// <summary>1 order, 3 orders.</summary>
    public static string Count(long count, string noun) => Count(count, noun, $"{noun}s");

    /// <summary>1 batch, 3 batches.</summary>
    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>As <see cref="Text"/>, of several lines.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => Text(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal))));

    /// <summary>
    /// Text that comes from elsewhere, without what a terminal would obey: control characters and changes of the writing direction become
    /// escapes.
    /// </summary>
    public static string Text(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;

        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }
}
