using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Subscriptions.Cli.Hosting;

/// <summary>Durations as they are written on the command line: <c>500ms</c>, <c>1.5s</c>, <c>5min</c>, <c>2h</c>, <c>1d</c>; a bare number is seconds.</summary>
internal static class DurationText
{
    /// <summary>What may be written, for help.</summary>
    public const string Forms = "such as 500ms, 30s, 5min or 2h";

    // Longer units first: 'ms' ends with 's' too.
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("min", TimeSpan.FromMinutes(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
        ("", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>An option that takes durations within limits.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for, without a full stop.</param>
    /// <param name="unset">What holds when it is not given, for help.</param>
    /// <param name="least">The shortest.</param>
    /// <param name="most">The longest.</param>
    public static Option<TimeSpan?> Option(string name, string description, string unset, TimeSpan least, TimeSpan most) => new(name)
    {
        Description = $"{description}; {Forms} (default: {unset}).",
        HelpName = "TIME",
        CustomParser = result => Read(name, result, least, most),
    };

    /// <summary>Reads a duration.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (suffix, unit) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var isNumber = decimal.TryParse(text.AsSpan()[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
            if (!isNumber || number > (decimal)(TimeSpan.MaxValue / unit)) return false;
            value = TimeSpan.FromTicks((long)(number * unit.Ticks));
            return true;
        }

        return false;
    }

    /// <summary>Writes a duration so that it can be read again: <c>1.5s</c>.</summary>
    public static string Write(TimeSpan value)
    {
        var (suffix, unit) = Units.OrderByDescending(u => u.Unit).First(u => u.Unit <= value || u.Suffix == "ms");
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)value.Ticks / unit.Ticks:0.###}{(suffix == "m" ? "min" : suffix)}");
    }

    private static TimeSpan? Read(string name, ArgumentResult result, TimeSpan least, TimeSpan most)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!TryParse(text, out var value))
        {
            result.AddError($"{name} cannot be '{text}'; it is a duration {Forms}.");
        }
        else if (value < least || value > most)
        {
            result.AddError($"{name} is {Write(value)}; it must be from {Write(least)} to {Write(most)}.");
        }

        return value;
    }
}
