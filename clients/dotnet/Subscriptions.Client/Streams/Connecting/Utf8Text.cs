namespace Subscriptions.Client;

/// <summary>Text with a limit in bytes.</summary>
internal static class Utf8Text
{
    /// <summary>The text, or as much of its beginning as fits into so many bytes of UTF-8.</summary>
    public static string Cut(string text, int bytes)
    {
        var length = 0;
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }
}
