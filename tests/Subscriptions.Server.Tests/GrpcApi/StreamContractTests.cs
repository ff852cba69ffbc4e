using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;
using Subscriptions.Server.Tests.Standard;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class StreamContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAllAsync_Stream_GivesAllUpToItsEnd()
    {
        var reader = new FakeStreamReader<string>();
        reader.Sent.TryWrite("a");
        reader.Sent.TryWrite("b");
        reader.Sent.Complete();

        var read = new List<string>();
        await foreach (var message in reader.ReadAllAsync(Cancellation))
            read.Add(message);

        Assert.Equal(["a", "b"], read);
        Assert.False(await reader.MoveNext().Within());
    }

    [Fact]
    public async Task ReadAllAsync_Cancelled_EndsTheWait()
    {
        using var source = new CancellationTokenSource();
        await using var messages = new FakeStreamReader<string>().ReadAllAsync(source.Token).GetAsyncEnumerator(Cancellation);
        var next = messages.MoveNextAsync();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Within());
    }

    [Fact]
    public async Task WriteAsync_WriterThatKnowsNoTokens_RefusesOnlyThoseThatCanBeCancelled()
    {
        IAsyncStreamWriter<string> writer = new PlainWriter();
        using var source = new CancellationTokenSource();

        await writer.WriteAsync("a", CancellationToken.None).Within();

        await Assert.ThrowsAsync<NotSupportedException>(() => writer.WriteAsync("b", source.Token));
        Assert.Equal(["a"], ((PlainWriter)writer).Written);
    }

    [Theory]
    [InlineData("gzip", 0x1f)]
    [InlineData("deflate", 0x78)]
    public void CompressionProvider_Message_ComesBackAndTheTargetStaysOpen(string encoding, byte firstByte)
    {
        ICompressionProvider provider = encoding == "gzip"
            ? new GzipCompressionProvider(CompressionLevel.Fastest)
            : new DeflateCompressionProvider(CompressionLevel.Fastest);
        var message = Enumerable.Repeat((byte)7, 1000).ToArray();
        using var compressed = new MemoryStream();

        using (var stream = provider.CreateCompressionStream(compressed, null))
            stream.Write(message);

        Assert.Equal(encoding, provider.EncodingName);
        Assert.InRange(compressed.Length, 1, 100);
        Assert.Equal(firstByte, compressed.ToArray()[0]);
        compressed.Position = 0;
        using var restored = new MemoryStream();
        using (var stream = provider.CreateDecompressionStream(compressed))
            stream.CopyTo(restored);
        Assert.Equal(message, restored.ToArray());
    }

    /// <summary>A writer that was written before writes could be cancelled.</summary>
    private sealed class PlainWriter : IAsyncStreamWriter<string>
    {
        public List<string> Written { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Written.Add(message);
            return Task.CompletedTask;
        }
    }
}
