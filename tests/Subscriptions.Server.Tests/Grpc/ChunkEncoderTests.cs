using System.Buffers;
using Google.Protobuf;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Grpc.Work;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;
using ChangeKind = Subscriptions.Core.Documents.ChangeKind;
using CoreToken = Subscriptions.Core.Changes.ResumeToken;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>The encoder's bytes are those of the generated classes: for every shape of a chunk, and whatever buffers it is given.</summary>
public sealed class ChunkEncoderTests
{
    public static TheoryData<int> BufferSizes => [16, 100, 4096, 1 << 20];

    [Theory]
    [MemberData(nameof(BufferSizes))]
    public void Encode_RandomChunks_AreWhatTheGeneratedClassesWrite(int bufferSize)
    {
        var random = new Random(bufferSize);
        for (var n = 0; n < 300; n++)
        {
            Change[] items = [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => NextChange(random))];
            int[]? attempts = random.Next(2) == 0 ? null : [.. items.Select(_ => random.Next(1, 1000))];
            Change[] includes = [.. Enumerable.Range(0, random.Next(3) == 0 ? random.Next(0, 6) : 0).Select(_ => NextChange(random))];
            var count = items.Length + includes.Length;
            var start = random.Next(0, count + 1);
            var batch = new Batch(random.NextInt64(), items, attempts, CoreToken.Beginning) { Includes = includes };
            int[] sizes =
            [
                .. items.Select((c, i) => ChunkEncoder.SizeOf(c, attempts?[i] ?? 1)), .. includes.Select(ChunkEncoder.SizeOfIncluded),
            ];
            var chunk = new WorkFrame.Chunk(batch, sizes)
            {
                ChangeVector = NextText(random, random.Next(5) == 0 ? 5000 : 40),
                ResumeToken = NextText(random, 40),
                TraceParent = random.Next(2) == 0 ? null : NextText(random, 55),
                Start = start,
                End = random.Next(start, count + 1),
            };
            var output = new SegmentedBuffer(bufferSize);

            ChunkEncoder.Encode(chunk, output);

            var expected = Expected(chunk).ToByteArray();
            Assert.Equal(expected.Length, ChunkEncoder.SizeOf(chunk));
            Assert.Equal(expected, output.ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public void RevisionText_AnyGeneration_IsTheRevisionsText(long generation)
    {
        var revision = new Revision(generation, new UInt128(1, 0xabcdef));
        Span<byte> text = stackalloc byte[RevisionText.MaxLength];

        var length = RevisionText.Write(revision, text);

        Assert.Equal(revision.ToString(), System.Text.Encoding.ASCII.GetString(text[..length]));
        Assert.Equal(length, RevisionText.LengthOf(revision));
    }

    private static WorkResponse Expected(WorkFrame.Chunk chunk)
    {
        var wire = new BatchChunk { BatchId = chunk.BatchId };
        for (var i = chunk.Start; i < chunk.EndOfItems; i++)
        {
            var change = chunk.Item(i);
            wire.Items.Add(new Item
            {
                Id = change.Id,
                Collection = change.Collection,
                Content = ByteString.CopyFrom(change.Content.Span),
                Revision = change.Revision.ToString(),
                Partition = change.Partition,
                Seqno = change.Seqno,
                Kind = (V1.ChangeKind)((int)change.Kind + 1),
                Attempt = chunk.Attempt(i),
                ChangedAtUnixMs = change.ChangedAt.ToUnixTimeMilliseconds(),
                ExpiresAtUnixMs = change.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0,
                Error = change.Error ?? "",
                Traceparent = change.Origin?.ToString() ?? "",
                PreviousContent = ByteString.CopyFrom((change.Previous?.Content ?? default).Span),
                PreviousRevision = change.Previous?.Revision.ToString() ?? "",
            });
        }

        for (var i = chunk.StartOfIncludes; i < chunk.End; i++)
        {
            var document = chunk.Included(i);
            wire.Includes.Add(new IncludedDocument
            {
                Id = document.Id,
                Collection = document.Collection,
                Content = ByteString.CopyFrom(document.Content.Span),
                Revision = document.Revision.ToString(),
            });
        }

        if (chunk.IsLast)
            (wire.Last, wire.ChangeVector, wire.ResumeToken, wire.Traceparent) = (true, chunk.ChangeVector, chunk.ResumeToken, chunk.TraceParent ?? "");
        return new WorkResponse { BatchChunk = wire };
    }

    private static Change NextChange(Random random) => new()
    {
        Id = NextText(random, 1 + random.Next(100)),
        Collection = NextText(random, random.Next(20)),
        Content = Requests.ContentOf(8 + random.Next(random.Next(10) == 0 ? 20_000 : 200)).Memory[(random.Next(4) == 0 ? 8 : 0)..],
        Revision = NextRevision(random),
        Partition = random.Next(1024),
        Seqno = random.NextInt64(1, 1L << random.Next(1, 63)),
        Kind = (ChangeKind)random.Next(3),
        ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(-1000, 1L << 42)),
        ExpiresAt = random.Next(2) == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(1L << 42)),
        Origin = random.Next(2) == 0 ? null : new TraceOrigin((UInt128)random.NextInt64() << random.Next(65), (ulong)random.NextInt64(256)),
        Error = random.Next(3) == 0 ? NextText(random, random.Next(3000)) : null,
        Previous = random.Next(3) == 0 ? new PreviousVersion(NextRevision(random), Requests.ContentOf(8 + random.Next(200)).Memory[(random.Next(4) == 0 ? 8 : 0)..]) : null,
    };

    private static Revision NextRevision(Random random) =>
        new(random.NextInt64(1, 1L << random.Next(1, 63)), new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));

    private static string NextText(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(6) switch { 0 => "é", 1 => "語", 2 => "😀", _ => "a" }));

    /// <summary>Gives out buffers of a given size, or as large as must be.</summary>
    private sealed class SegmentedBuffer(int size) : IBufferWriter<byte>
    {
        private readonly List<byte> _written = [];
        private byte[] _current = [];

        public byte[] ToArray() => [.. _written];

        public void Advance(int count) => _written.AddRange(_current.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _current = new byte[Math.Max(size, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
