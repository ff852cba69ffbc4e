using System.Globalization;
using Google.Protobuf;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary>Messages like those of a delivery, encoded beforehand.</summary>
/// <param name="documents">What the documents are like.</param>
/// <param name="count">How many batches each conversation has.</param>
internal sealed class PreparedBatches(SampleDocuments documents, int count)
{
    /// <summary>Every batch has this number: one is out at a time.</summary>
    public const long BatchId = 1;

    private const string Revision = "1-0123456789abcdef0123456789abcdef";
    private const string ChangeVector = "p0:123456-0123456789abcdef";
    private const string ResumeToken = "AQAAAAEAAAAAAeJAASNFZ4mrze8";
    private const long ChangedAt = 1_800_000_000_000;

    /// <summary>How many batches each conversation has.</summary>
    public int Count => count;

    /// <summary>The answer to an open.</summary>
    public byte[] Opened { get; } = new Wire.WorkResponse
    {
        Opened = new Wire.WorkOpened { FencingToken = 1, ChangeVector = ChangeVector, ResumeToken = ResumeToken },
    }.ToByteArray();

    /// <summary>The answer to an ack.</summary>
    public byte[] Confirmed { get; } = new Wire.WorkResponse
    {
        AckConfirmed = new Wire.AckConfirmed { BatchId = BatchId, ChangeVector = ChangeVector },
    }.ToByteArray();

    /// <summary>A batch of so many documents.</summary>
    public byte[] Batch(int size)
    {
        var chunk = new Wire.BatchChunk { BatchId = BatchId, Last = true, ChangeVector = ChangeVector, ResumeToken = ResumeToken };
        for (var i = 1; i <= size; i++)
        {
            chunk.Items.Add(new Wire.Item
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"orders/{100_000 + i}"),
                Collection = SampleDocuments.Collection,
                Content = UnsafeByteOperations.UnsafeWrap(documents.Content),
                Revision = Revision,
                Seqno = 100_000 + i,
                Kind = Wire.ChangeKind.Put,
                Attempt = 1,
                ChangedAtUnixMs = ChangedAt,
            });
        }

        return new Wire.WorkResponse { BatchChunk = chunk }.ToByteArray();
    }
}
