using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>A <see cref="Wire.WorkResponse"/> on its way out: as such or, where it carries documents, as what it is encoded from.</summary>
internal abstract class WorkFrame
{
    private WorkFrame()
    {
    }

    /// <summary>A message without documents.</summary>
    public sealed class Message(Wire.WorkResponse value) : WorkFrame
    {
        /// <summary>The message.</summary>
        public Wire.WorkResponse Value => value;
    }

    /// <summary>
    /// A chunk of a batch: some of its entries in a row, which are its items and, behind them, the documents that come along. May be written
    /// again with others once it has been sent.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="sizes">
    /// How long each entry is on the wire, without its length; from <see cref="ChunkEncoder.SizeOf(Change, int)"/> and
    /// <see cref="ChunkEncoder.SizeOfIncluded"/>.
    /// </param>
    public sealed class Chunk(Batch batch, int[] sizes) : WorkFrame
    {
        /// <summary>The batch's number.</summary>
        public long BatchId => batch.Id;

        /// <summary>The first entry of the chunk.</summary>
        public int Start { get; set; }

        /// <summary>The first entry that is not of the chunk any more.</summary>
        public int End { get; set; }

        /// <summary>Where the chunk's items end.</summary>
        public int EndOfItems => Math.Min(End, batch.Items.Count);

        /// <summary>Where the chunk's documents that come along begin; <see cref="End"/> or more when it has none.</summary>
        public int StartOfIncludes => Math.Max(Start, batch.Items.Count);

        /// <summary>True when the chunk is the batch's last one.</summary>
        public bool IsLast => End == batch.Items.Count + batch.Includes.Count;

        /// <summary>On the last chunk: what an ack stores.</summary>
        public required string ChangeVector { get; init; }

        /// <summary>On the last chunk: the same as a token.</summary>
        public required string ResumeToken { get; init; }

        /// <summary>On the last chunk: the batch's span; null when it is not recorded.</summary>
        public string? TraceParent { get; init; }

        /// <summary>An entry that is an item.</summary>
        public Change Item(int index) => batch.Items[index];

        /// <summary>An entry that is a document that comes along.</summary>
        public Change Included(int index) => batch.Includes[index - batch.Items.Count];

        /// <summary>How often an item was delivered, this time included.</summary>
        public int Attempt(int index) => batch.AttemptOf(index);

        /// <summary>How long an entry is, without its length.</summary>
        public int Size(int index) => sizes[index];
    }
}
