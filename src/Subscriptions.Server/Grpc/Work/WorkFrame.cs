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

    /// <summary>A chunk of a batch: some of its items in a row. May be written again with others once it has been sent.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="items">All items of the batch.</param>
    /// <param name="attempts">How often each was delivered; null: each for the first time.</param>
    /// <param name="sizes">How long each item is on the wire, without its length; from <see cref="ChunkEncoder.SizeOf(Change, int)"/>.</param>
    public sealed class Chunk(long batchId, IReadOnlyList<Change> items, IReadOnlyList<int>? attempts, int[] sizes) : WorkFrame
    {
        /// <summary>The batch.</summary>
        public long BatchId => batchId;

        /// <summary>The first item of the chunk.</summary>
        public int Start { get; set; }

        /// <summary>The first item that is not of the chunk any more.</summary>
        public int End { get; set; }

        /// <summary>True when the chunk is the batch's last one.</summary>
        public bool IsLast => End == items.Count;

        /// <summary>On the last chunk: what an ack stores.</summary>
        public required string ChangeVector { get; init; }

        /// <summary>On the last chunk: the same as a token.</summary>
        public required string ResumeToken { get; init; }

        /// <summary>An item.</summary>
        public Change Item(int index) => items[index];

        /// <summary>How often an item was delivered, this time included.</summary>
        public int Attempt(int index) => attempts is null ? 1 : attempts[index];

        /// <summary>How long an item is, without its length.</summary>
        public int Size(int index) => sizes[index];
    }
}
