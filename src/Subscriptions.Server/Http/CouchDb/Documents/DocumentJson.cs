using System.Buffers;
using System.Text.Json;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>
/// Writes documents as CouchDB shows them: the content with <c>_id</c> and <c>_rev</c> before its own members, on one line. Numbers keep their text.
/// </summary>
internal static class DocumentJson
{
    // How a member that starts with an underscore may begin in text; the latter is an escape of it, or of one of its neighbours.
    private static ReadOnlySpan<byte> Underscore => "\"_"u8;

    private static ReadOnlySpan<byte> Escaped => "\"\\u005"u8;

    /// <summary>Writes a document.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="change">The document; a tombstone is <c>{"_id":…,"_rev":…,"_deleted":true}</c>.</param>
    /// <param name="members">Further members, each with a comma before it: <c>,"_local_seq":7</c>.</param>
    public static void Write(IBufferWriter<byte> output, Change change, ReadOnlySpan<byte> members = default)
    {
        output.Write("{\"_id\":"u8);
        JsonWriting.WriteString(output, change.Id);
        output.Write(",\"_rev\":\""u8);
        JsonWriting.WriteRevision(output, change.Revision);
        output.Write("\""u8);
        if (change.IsTombstone) output.Write(",\"_deleted\":true"u8);
        else WriteContent(output, change.Content.Span);
        output.Write(members);
        output.Write("}"u8);
    }

    /// <summary>Writes the members of a document's content with a comma before each.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">
    /// Was checked when it was written, and is what its writer sent: it may have line breaks, and members that CouchDB keeps for itself.
    /// </param>
    public static void WriteContent(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        if (content.IndexOf(Underscore) >= 0 || content.IndexOf(Escaped) >= 0)
        {
            WriteMembers(output, content);
            return;
        }

        var members = content[(content.IndexOf((byte)'{') + 1)..content.LastIndexOf((byte)'}')];
        if (members.IndexOfAnyExcept(" \t\r\n"u8) < 0) return;

        output.Write(","u8);
        if (members.IndexOfAny((byte)'\n', (byte)'\r') >= 0) JsonWriting.WriteCompact(output, members);
        else output.Write(members);
    }

    private static void WriteMembers(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = DocumentLimits.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isSpecial = SpecialMember.Is(ref reader);
            reader.Read();
            reader.Skip();
            if (isSpecial) continue;

            output.Write(","u8);
            JsonWriting.WriteCompact(output, content[start..(int)reader.BytesConsumed]);
        }
    }
}
