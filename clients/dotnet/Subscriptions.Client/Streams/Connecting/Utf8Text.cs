using System.Security.Cryptography;
using System.Text;

namespace Subscriptions.Client;

/// <summary>Text with a limit in bytes.</summary>
internal static class Utf8Text
{
    // A tilde and 16 hex digits.
    private const int MarkBytes = 17;

    /// <summary>
    /// The text, if it fits into so many bytes of UTF-8; else so much of its beginning that a mark fits behind it, which is another one for another text.
    /// </summary>
    public static string Fit(string text, int bytes) => Encoding.UTF8.GetByteCount(text) <= bytes
        ? text
        : $"{Cut(text, bytes - MarkBytes)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, (MarkBytes - 1) / 2))}";

    private static string Cut(string text, int bytes)
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
