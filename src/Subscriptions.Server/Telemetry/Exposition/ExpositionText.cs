using System.Globalization;
using System.Text;

namespace Subscriptions.Server.Telemetry.Exposition;

/// <summary>Values and labels as the page's text.</summary>
internal static class ExpositionText
{
    /// <summary>Attributes as labels, by name, without braces. Attributes whose names become one name share a label, their values joined by a semicolon.</summary>
    public static string Labels(IReadOnlyList<KeyValuePair<string, object?>> tags)
    {
        if (tags.Count == 0) return "";

        var text = new StringBuilder();
        var labels = tags.OrderBy(t => t.Key, StringComparer.Ordinal).GroupBy(t => ExpositionNames.OfLabel(t.Key), t => Value(t.Value));
        foreach (var label in labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append(',');
            text.Append(label.Key).Append("=\"");
            AppendEscaped(text, string.Join(';', label));
            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>A description, on one line.</summary>
    public static string Help(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A number: the shortest text that is exactly it.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Value(object? value) => value switch
    {
        null => "",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            switch (c)
            {
                case '\\':
                    text.Append(@"\\");
                    break;
                case '"':
                    text.Append("\\\"");
                    break;
                case '\n':
                    text.Append(@"\n");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
    }
}
