using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Pieces of JSON that rows consist of, without garbage.</summary>
internal static class JsonWriting
{
    // What an ASCII letter may become: \u0000.
    private const int MostEscapedBytes = 6;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5f).Select(i => (char)i).Where(c => c is not ('"' or '\\'))]);

    /// <summary>Writes a text in quotes. It must be valid Unicode, as every id is.</summary>
    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(Plain) >= 0)
        {
            WriteEscaped(output, text);
            return;
        }

        var span = output.GetSpan(text.Length + 2);
        span[0] = (byte)'"';
        Encoding.ASCII.GetBytes(text, span[1..]);
        span[text.Length + 1] = (byte)'"';
        output.Advance(text.Length + 2);
    }

    /// <summary>Writes a revision, without quotes.</summary>
    public static void WriteRevision(IBufferWriter<byte> output, Revision revision) =>
        output.Advance(RevisionText.Write(revision, output.GetSpan(RevisionText.MaxLength)));

    /// <summary>Writes JSON without the white space between its tokens.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">Valid JSON, or members of an object.</param>
    public static void WriteCompact(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            var end = EndOfRun(json);
            output.Write(json[..end]);
            var next = json[end..].IndexOfAnyExcept(" \t\r\n"u8);
            json = next < 0 ? default : json[(end + next)..];
        }
    }

    // Up to white space that is not inside of a text.
    private static int EndOfRun(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (true)
        {
            var next = json[at..].IndexOfAny("\" \t\r\n"u8);
            if (next < 0) return json.Length;
            at += next;
            if (json[at] != '"') return at;
            at = EndOfText(json, at + 1);
        }
    }

    private static int EndOfText(ReadOnlySpan<byte> json, int at)
    {
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"') return at + 1;
            at += 2;
        }
    }

    private static void WriteEscaped(IBufferWriter<byte> output, string text)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, utf8);
        var span = output.GetSpan((length * MostEscapedBytes) + 2);
        span[0] = (byte)'"';
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8.AsSpan(0, length), span[1..], out _, out var written);
        span[written + 1] = (byte)'"';
        output.Advance(written + 2);
        ArrayPool<byte>.Shared.Return(utf8);
    }
}
