using System.Globalization;
using System.Text;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Reads and writes text in quotes: strings in single or double quotes, names in backticks. Escapes are the same in all three.</summary>
internal static class QuotedText
{
    private const string EscapeNames = "\\'\"`/bfnrt";
    private const string EscapeValues = "\\'\"`/\b\f\n\r\t";

    /// <summary>Reads from the opening quote to behind the closing one.</summary>
    public static string Read(TextCursor cursor)
    {
        var start = cursor.Position;
        var quote = cursor.Current;
        var value = new StringBuilder();
        cursor.Advance();
        while (cursor.Current != quote)
        {
            if (cursor.IsAtEnd || cursor.Current == '\n') throw cursor.Unexpected($"a closing {quote}");
            if (cursor.Current == '\\') value.Append(ReadEscape(cursor));
            else
            {
                value.Append(cursor.Current);
                cursor.Advance();
            }
        }

        cursor.Advance();
        var text = value.ToString();
        return QueryText.IndexOfLoneSurrogate(text) < 0
            ? text
            : throw QueryException.At(start, "the text in quotes is not valid Unicode: it has a lone surrogate");
    }

    /// <summary>Text in quotes that reads back as <paramref name="value"/>.</summary>
    public static void Write(StringBuilder text, string value, char quote)
    {
        text.Append(quote);
        foreach (var c in value)
        {
            var escape = c == '/' || (c is '\'' or '"' or '`' && c != quote) ? -1 : EscapeValues.IndexOf(c, StringComparison.Ordinal);
            if (escape >= 0) text.Append('\\').Append(EscapeNames[escape]);
            else if (char.IsControl(c)) text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }

        text.Append(quote);
    }

    private static char ReadEscape(TextCursor cursor)
    {
        var position = cursor.Position;
        cursor.Advance();
        if (cursor.Current == 'u') return ReadCodeUnit(cursor, position);

        var escape = EscapeNames.IndexOf(cursor.Current, StringComparison.Ordinal);
        if (escape < 0)
        {
            var found = cursor.IsAtEnd ? TextCursor.EndOfQuery : QueryText.Show("\\" + cursor.Current);
            throw QueryException.Syntax(position, "one of the escapes \\\\ \\' \\\" \\` \\/ \\b \\f \\n \\r \\t \\uXXXX", found);
        }

        cursor.Advance();
        return EscapeValues[escape];
    }

    private static char ReadCodeUnit(TextCursor cursor, TextPosition position)
    {
        var rest = cursor.Rest;
        var digits = rest[1..Math.Min(5, rest.Length)];
        if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) || digits.Length < 4)
            throw QueryException.Syntax(position, "four hex digits after '\\u'", QueryText.Show(digits.ToString()));

        cursor.Advance(5);
        return (char)unit;
    }
}
