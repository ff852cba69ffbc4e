using System.Buffers;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>A JSON object on each line.</summary>
internal sealed class LinesBody(FeedOutput output, RowWriter rows, bool tellsSeq, RowSharing? sharing) : ChangesBody(output, rows, sharing)
{
    /// <inheritdoc />
    protected override void WriteFirstPause() => Output.Write("\n"u8);

    /// <inheritdoc />
    protected override void WriteEnd(FeedEnd end) => WriteEndOfObject(end, "{");

    /// <inheritdoc />
    protected override void WriteRow(FeedRows page, Change change, bool isLast, IBufferWriter<byte> output)
    {
        WriteObject(page, change, isLast, output);
        output.Write("\n"u8);
    }

    /// <inheritdoc />
    protected override void WriteHeartbeat(ResumeToken token)
    {
        if (tellsSeq) Encoding.UTF8.GetBytes($"{{\"heartbeat_seq\":\"{token}\"}}", Output);
        Output.Write("\n"u8);
    }
}
