using System.Buffers;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>One JSON object, a row on each line.</summary>
internal sealed class ObjectBody(FeedOutput output, RowWriter rows) : ChangesBody(output, rows)
{
    /// <inheritdoc />
    protected override void WriteBegin() => Output.Write("{\"results\":[\n"u8);

    /// <inheritdoc />
    protected override void WriteEnd(FeedEnd end) => WriteEndOfObject(end, "\n],\n");

    /// <inheritdoc />
    protected override void WriteRow(FeedRows page, Change change, bool isLast, IBufferWriter<byte> output)
    {
        if (!IsEmpty) output.Write(",\r\n"u8);
        WriteObject(page, change, isLast, output);
    }

    // White space inside of the array.
    /// <inheritdoc />
    protected override void WriteHeartbeat(ResumeToken token) => Output.Write("\n"u8);
}
