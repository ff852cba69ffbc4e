using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Listing;

/// <summary>Writes the rows of a list, each on a line of its own.</summary>
/// <param name="rows">Where to.</param>
/// <param name="withDocuments">Whether each row has its document.</param>
internal sealed class ListRows(CouchRows rows, bool withDocuments)
{
    private bool _hasAny;

    /// <summary>Writes what stands before the rows. Once, first.</summary>
    /// <param name="total">How many documents there are.</param>
    /// <param name="offset">How many of them stand before the first row; null: not known.</param>
    /// <param name="seq">Where the database stands; null: not asked for.</param>
    public void Begin(long total, long? offset, string? seq)
    {
        var update = seq is null ? "" : $"\"update_seq\":\"{seq}\",";
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"total_rows\":{total},{update}\"offset\":{offset?.ToString(CultureInfo.InvariantCulture) ?? "null"},\"rows\":["),
            rows.Output);
    }

    /// <summary>A document of a range.</summary>
    public ValueTask AddAsync(ListedDocument document)
    {
        WriteStart(document.Id, document.Revision);
        rows.Output.Write("\"}"u8);
        if (document.Document is { } content) WriteDocument(content);
        return EndAsync();
    }

    /// <summary>A document that was named, which may be a tombstone.</summary>
    public ValueTask AddAsync(Change document)
    {
        WriteStart(document.Id, document.Revision);
        rows.Output.Write(document.IsTombstone ? "\",\"deleted\":true}"u8 : "\"}"u8);
        if (withDocuments && document.IsTombstone) rows.Output.Write(",\"doc\":null"u8);
        else if (withDocuments) WriteDocument(document);
        return EndAsync();
    }

    /// <summary>A key that no document has.</summary>
    public ValueTask AddMissingAsync(JsonElement key)
    {
        Separate();
        rows.Output.Write("{\"key\":"u8);
        JsonWriting.WriteCompact(rows.Output, JsonMarshal.GetRawUtf8Value(key));
        rows.Output.Write(",\"error\":\"not_found\""u8);
        return EndAsync();
    }

    /// <summary>Writes what stands behind the rows, and sends the rest.</summary>
    public ValueTask CompleteAsync()
    {
        rows.Output.Write("\r\n]}"u8);
        return rows.CompleteAsync();
    }

    private void WriteStart(string id, Revision revision)
    {
        Separate();
        rows.Output.Write("{\"id\":"u8);
        JsonWriting.WriteString(rows.Output, id);
        rows.Output.Write(",\"key\":"u8);
        JsonWriting.WriteString(rows.Output, id);
        rows.Output.Write(",\"value\":{\"rev\":\""u8);
        JsonWriting.WriteRevision(rows.Output, revision);
    }

    private void WriteDocument(Change document)
    {
        rows.Output.Write(",\"doc\":"u8);
        DocumentJson.Write(rows.Output, document);
    }

    private void Separate()
    {
        rows.Output.Write(_hasAny ? ",\r\n"u8 : "\r\n"u8);
        _hasAny = true;
    }

    private ValueTask EndAsync()
    {
        rows.Output.Write("}"u8);
        return rows.SendAsync();
    }
}
