using System.Buffers;
using System.Globalization;
using System.Text;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>What parts of the language ask about text.</summary>
internal static class QueryText
{
    private const int ShownCharacters = 40;

    private static readonly SearchValues<char> Surrogates = SearchValues.Create([.. Enumerable.Range(0xd800, 0x800).Select(i => (char)i)]);

    /// <summary>Where a surrogate stands without its partner; −1 when none does.</summary>
    public static int IndexOfLoneSurrogate(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (true)
        {
            var next = text[at..].IndexOfAny(Surrogates);
            if (next < 0) return -1;
            at += next;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1])) return at;
            at += 2;
        }
    }

    /// <summary>Text as a message shows it, in quotes.</summary>
    public static string Show(string text) => $"'{Clean(text)}'";

    /// <summary>Text shortened, and without characters that act on a terminal or break a line.</summary>
    public static string Clean(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, ShownCharacters)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else shown.Append(c);
        }

        return shown.Append(text.Length > ShownCharacters ? "…" : null).ToString();
    }
}
