using System.Buffers;
using System.Text.Json;

namespace Subscriptions.Cli.Output;

/// <summary>Documents' content, which is JSON of whatever layout its writer liked.</summary>
internal static class JsonText
{
    private const byte Quote = (byte)'"';
    private const byte Escape = (byte)'\\';

    /// <summary>
    /// Writes a member whose value is a document's content, on one line; null when there is none. Nothing but white space is changed:
    /// numbers, escapes, and the order and repetition of members stay as they are.
    /// </summary>
    public static void WriteContent(Utf8JsonWriter json, string name, ReadOnlySpan<byte> content)
    {
        json.WritePropertyName(name);
        if (content.IsEmpty)
        {
            json.WriteNullValue();
            return;
        }

        var line = ArrayPool<byte>.Shared.Rent(content.Length);
        json.WriteRawValue(line.AsSpan(0, ToOneLine(content, line)), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(line);
    }

    /// <summary>Copies valid JSON without the white space between its tokens.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int ToOneLine(ReadOnlySpan<byte> content, Span<byte> target)
    {
        var written = 0;
        var inString = false;
        for (var i = 0; i < content.Length; i++)
        {
            var current = content[i];
            if (!inString && current is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;

            target[written++] = current;
            if (current == Quote) inString = !inString;
            if (inString && current == Escape && i + 1 < content.Length) target[written++] = content[++i];
        }

        return written;
    }
}
