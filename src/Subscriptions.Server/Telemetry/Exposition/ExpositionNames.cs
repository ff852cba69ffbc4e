using System.Text;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>
/// The names of metrics and labels on the page, made from OpenTelemetry's by its rules for Prometheus: what is no letter, digit or colon
/// becomes one underscore, the unit is spelt out at the end, counters end in <c>_total</c>.
/// </summary>
internal static class ExpositionNames
{
    private const string Total = "_total";

    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["KBy"] = "kilobytes",
        ["MBy"] = "megabytes",
        ["GBy"] = "gigabytes",
        ["m"] = "meters",
        ["V"] = "volts",
        ["A"] = "amperes",
        ["J"] = "joules",
        ["W"] = "watts",
        ["g"] = "grams",
        ["Cel"] = "celsius",
        ["Hz"] = "hertz",
        ["%"] = "percent",
    };

    private static readonly Dictionary<string, string> PerUnits = new(StringComparer.Ordinal)
    {
        ["s"] = "second",
        ["m"] = "minute",
        ["min"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
        ["w"] = "week",
        ["mo"] = "month",
        ["y"] = "year",
    };

    /// <summary>A metric's name on the page.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var text = Clean(name, allowColon: true);
        if (kind == MetricKind.Counter && text.EndsWith(Total, StringComparison.Ordinal)) text = text[..^Total.Length];
        var suffix = UnitSuffix(unit, kind);
        if (suffix.Length > 0 && text != suffix && !text.EndsWith("_" + suffix, StringComparison.Ordinal)) text += "_" + suffix;
        return kind == MetricKind.Counter ? text + Total : text;
    }

    /// <summary>A label's name on the page.</summary>
    public static string OfLabel(string name) => Clean(name, allowColon: false);

    private static string UnitSuffix(string? unit, MetricKind kind)
    {
        if (string.IsNullOrEmpty(unit)) return "";
        if (unit == "1") return kind == MetricKind.Gauge ? "ratio" : "";

        // An annotation such as {change} says what is counted, which the name says too.
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        var of = Spell(slash < 0 ? unit : unit[..slash], Units);
        var per = slash < 0 ? "" : Spell(unit[(slash + 1)..], PerUnits);
        if (per.Length == 0) return of;
        return of.Length == 0 ? "per_" + per : $"{of}_per_{per}";
    }

    private static string Spell(string unit, Dictionary<string, string> units) =>
        unit.Contains('{', StringComparison.Ordinal) ? "" : units.GetValueOrDefault(unit) ?? Clean(unit, allowColon: false).Trim('_');

    private static string Clean(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var isAllowed = char.IsAsciiLetterOrDigit(c) || (allowColon && c == ':');
            if (text.Length == 0 && char.IsAsciiDigit(c)) text.Append('_');
            if (isAllowed) text.Append(c);
            else if (text.Length == 0 || text[^1] != '_') text.Append('_');
        }

        return text.Length == 0 ? "_" : text.ToString();
    }
}
