using System.Buffers;
using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Grpc.Work;
using Wire = Subscriptions.V1;

namespace Subscriptions.Benchmarks;

/// <summary>A batch of 256 documents onto the wire, as the server writes it and as the generated classes would; and off it, as clients do.</summary>
public class WireBenchmarks
{
    private const int BatchSize = 256;
    private const string ChangeVector = "p0:123456-0123456789abcdef";
    private const string ResumeToken = "AQAAAAEAAAAAAeJAASNFZ4mrze8";

    private readonly Change[] _changes = SampleChanges.Changes(BatchSize);
    private readonly int[] _sizes = new int[BatchSize];
    private readonly ArrayBufferWriter<byte> _output = new(1024 * 1024);
    private byte[] _encoded = [];

    [GlobalSetup]
    public void Setup()
    {
        _encoded = Generated().ToByteArray();
        if (OwnEncoder() != _encoded.Length) throw new InvalidOperationException("The encoders disagree.");
    }

    [Benchmark]
    public int GeneratedClasses()
    {
        _output.ResetWrittenCount();
        Generated().WriteTo(_output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int OwnEncoder()
    {
        for (var i = 0; i < BatchSize; i++) _sizes[i] = ChunkEncoder.SizeOf(_changes[i], attempt: 1);
        var chunk = new WorkFrame.Chunk(new Batch(1, _changes, null, Subscriptions.Core.Changes.ResumeToken.Beginning), _sizes) { ChangeVector = ChangeVector, ResumeToken = ResumeToken, End = BatchSize };
        _output.ResetWrittenCount();
        ChunkEncoder.Encode(chunk, _output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public Wire.WorkResponse ClientParse() => Wire.WorkResponse.Parser.ParseFrom(_encoded);

    private Wire.WorkResponse Generated()
    {
        var chunk = new Wire.BatchChunk { BatchId = 1, Last = true, ChangeVector = ChangeVector, ResumeToken = ResumeToken };
        foreach (var change in _changes)
        {
            chunk.Items.Add(new Wire.Item
            {
                Id = change.Id,
                Collection = change.Collection,
                Content = UnsafeByteOperations.UnsafeWrap(change.Content),
                Revision = change.Revision.ToString(),
                Partition = change.Partition,
                Seqno = change.Seqno,
                Kind = Wire.ChangeKind.Put,
                Attempt = 1,
                ChangedAtUnixMs = change.ChangedAt.ToUnixTimeMilliseconds(),
            });
        }

        return new Wire.WorkResponse { BatchChunk = chunk };
    }
}
