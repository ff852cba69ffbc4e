using System.Buffers;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Http.CouchDb.Documents;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>
/// Writes rows: <c>{"seq","id","changes","deleted","doc"}</c>, in this order, because there are clients that look for it. Belongs to one feed.
/// </summary>
/// <param name="query">What was asked for.</param>
/// <param name="fields">What of documents is sent; null: all.</param>
/// <param name="isWide">Whether positions are long, as they are in a database of many partitions.</param>
internal sealed class RowWriter(ChangesQuery query, FieldSelection? fields, bool isWide)
{
    private int _sinceSeq;

    /// <summary>Writes a row.</summary>
    /// <param name="rows">Where it is from; moved to it.</param>
    /// <param name="change">The row.</param>
    /// <param name="isLast">Whether it is the last of those that go out together.</param>
    /// <param name="output">Where it is written.</param>
    public void Write(FeedRows rows, Change change, bool isLast, IBufferWriter<byte> output)
    {
        output.Write("{\"seq\":"u8);
        if (IsTold(isLast)) WriteSeq(rows, output);
        else output.Write("null"u8);

        output.Write(",\"id\":"u8);
        JsonWriting.WriteString(output, change.Id);
        output.Write(",\"changes\":[{\"rev\":\""u8);
        JsonWriting.WriteRevision(output, change.Revision);
        output.Write(change.IsTombstone ? "\"}],\"deleted\":true"u8 : "\"}]"u8);
        if (query.IncludeDocs) WriteDocument(change, output);
        output.Write("}"u8);
    }

    /// <summary>Writes where the feed is after a row, in quotation marks.</summary>
    public static void WriteSeq(FeedRows rows, IBufferWriter<byte> output)
    {
        var text = output.GetSpan(rows.MaxTokenBytes + 2);
        text[0] = (byte)'"';
        var length = rows.WriteToken(text[1..]);
        text[length + 1] = (byte)'"';
        output.Advance(length + 2);
    }

    // A position of a thousand partitions is larger than many a document: where nobody says how often it is wanted, one goes along with those rows
    // after which a reader can have to go on.
    private bool IsTold(bool isLast)
    {
        if (query.SeqInterval is not { } interval) return !isWide || isLast;
        if (++_sinceSeq < interval) return false;

        _sinceSeq = 0;
        return true;
    }

    private void WriteDocument(Change change, IBufferWriter<byte> output)
    {
        output.Write(",\"doc\":"u8);
        if (fields is null) DocumentJson.Write(output, change);
        else fields.Write(change, output);
    }
}
