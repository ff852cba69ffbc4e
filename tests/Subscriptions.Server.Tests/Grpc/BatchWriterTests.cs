using System.Buffers;
using Grpc.Core;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Grpc.Work;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;
using ChangeKind = Subscriptions.Core.Documents.ChangeKind;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>How batches are cut into chunks.</summary>
public sealed class BatchWriterTests
{
    private static readonly byte[] Content = new byte[300_000];

    [Fact]
    public async Task Write_ItemsAndIncludes_ChunksStayUnderTheLimitAndMissNothing()
    {
        var batch = new Batch(7, [.. Changes("item", 8)], null, Subscriptions.Core.Changes.ResumeToken.Beginning) { Includes = [.. Changes("include", 5)] };

        var chunks = await WriteAsync(batch);

        Assert.All(chunks, c => Assert.InRange(c.CalculateSize(), 1, BatchWriter.MaxChunkBytes));
        Assert.Equal(batch.Items.Select(i => i.Id), chunks.SelectMany(c => c.Items).Select(i => i.Id));
        Assert.Equal(batch.Includes.Select(i => i.Id), chunks.SelectMany(c => c.Includes).Select(i => i.Id));
        Assert.Equal([.. Enumerable.Repeat(false, chunks.Count - 1), true], chunks.Select(c => c.Last));
        Assert.True(chunks.Count > 4, $"{chunks.Count} chunks");
    }

    [Fact]
    public async Task Write_OneIncludeLargerThanAChunk_GoesAlone()
    {
        var large = new Change
        {
            Id = "large",
            Collection = "Companies",
            Partition = 0,
            Seqno = 1,
            Revision = new Revision(1, 1),
            Kind = ChangeKind.Put,
            Content = new byte[2_000_000],
        };
        var batch = new Batch(7, [.. Changes("item", 1)], null, Subscriptions.Core.Changes.ResumeToken.Beginning)
        {
            Includes = [large, .. Changes("include", 1)],
        };

        var chunks = await WriteAsync(batch);

        Assert.Equal([(1, 0), (0, 1), (0, 1)], chunks.Select(c => (c.Items.Count, c.Includes.Count)));
    }

    private static IEnumerable<Change> Changes(string name, int count) => Enumerable.Range(1, count).Select(i => new Change
    {
        Id = $"{name}/{i}",
        Collection = "Orders",
        Partition = 0,
        Seqno = i,
        Revision = new Revision(1, 1),
        Kind = ChangeKind.Put,
        Content = Content,
    });

    private static async Task<IReadOnlyList<BatchChunk>> WriteAsync(Batch batch)
    {
        var writer = new Recorder();
        await BatchWriter.WriteAsync(batch, null, writer, TestContext.Current.CancellationToken).Within();
        return writer.Chunks;
    }

    /// <summary>Encodes each chunk when it is written, as it may be used again after that.</summary>
    private sealed class Recorder : IServerStreamWriter<WorkFrame>
    {
        public List<BatchChunk> Chunks { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(WorkFrame message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task WriteAsync(WorkFrame message)
        {
            var bytes = new ArrayBufferWriter<byte>();
            ChunkEncoder.Encode((WorkFrame.Chunk)message, bytes);
            Chunks.Add(WorkResponse.Parser.ParseFrom(bytes.WrittenSpan).BatchChunk);
            return Task.CompletedTask;
        }
    }
}
