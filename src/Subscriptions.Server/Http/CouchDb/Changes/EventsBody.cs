using System.Buffers;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>
/// Events of EventSource: a row is one whose id is its position. It just ends, and the browser comes again with the last id.
/// </summary>
internal sealed class EventsBody(FeedOutput output, RowWriter rows, RowSharing? sharing) : ChangesBody(output, rows, sharing)
{
    /// <inheritdoc />
    protected override void WriteRow(FeedRows page, Change change, bool isLast, IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        WriteObject(page, change, isLast, output);
        output.Write("\nid: "u8);
        RowWriter.WriteSeq(page, output);
        output.Write("\n\n"u8);
    }

    // With the position: a browser that has seen nothing but filtered changes comes back to here.
    /// <inheritdoc />
    protected override void WriteHeartbeat(ResumeToken token) =>
        Encoding.UTF8.GetBytes($"event: heartbeat\ndata: \nid: \"{token}\"\n\n", Output);
}
