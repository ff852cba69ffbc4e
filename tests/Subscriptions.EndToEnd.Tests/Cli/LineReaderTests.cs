using System.Text;
using Subscriptions.Cli.Importing;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\n")]
    [InlineData("\n\na\n\n")]
    [InlineData("one\ntwo\r\nthree")]
    public async Task Read_AnyText_GivesItsLinesWithTheirEnds(string text)
    {
        var expected = text.Split('\n').ToList();
        if (expected[^1].Length == 0) expected.RemoveAt(expected.Count - 1);

        // However the bytes come in: all at once, or one by one.
        foreach (var most in new[] { 1, 3, 1000 })
        {
            var lines = await ReadAllAsync(new Trickle(Encoding.UTF8.GetBytes(text), most), 100);

            Assert.Equal(expected, lines.Select(line => Encoding.UTF8.GetString(line.Text.Span)));
            Assert.Equal(Enumerable.Range(1, expected.Count).Select(n => (long)n), lines.Select(line => line.Number));
            Assert.Equal(text.Length, lines.Count > 0 ? lines[^1].End : 0);
        }
    }

    [Fact]
    public async Task Read_ByteOrderMark_IsNoPartOfTheFirstLine()
    {
        var lines = await ReadAllAsync(new MemoryStream([0xef, 0xbb, 0xbf, (byte)'a', (byte)'\n', 0xef, 0xbb, 0xbf]), 100);

        Assert.Equal([1, 3], lines.Select(line => line.Text.Length));
        Assert.Equal([5, 8], lines.Select(line => line.End));
    }

    [Fact]
    public async Task Read_LineLongerThanTheBuffer_IsTaken()
    {
        var text = new string('x', 3_000_000) + "\ny\n";

        var lines = await ReadAllAsync(new Trickle(Encoding.UTF8.GetBytes(text), 70_000), 4_000_000);

        Assert.Equal([3_000_000, 1], lines.Select(line => line.Text.Length));
    }

    [Fact]
    public async Task Read_LineLongerThanAllowed_IsRefusedWithItsNumber()
    {
        var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes("ok\n" + new string('x', 101))), 100);

        Assert.NotNull(await reader.ReadAsync(Cancellation).Within());
        var error = await Assert.ThrowsAsync<BadLineException>(() => reader.ReadAsync(Cancellation).Within());

        Assert.Equal(2, error.Line);
    }

    [Fact]
    public async Task Read_LineAsLongAsAllowed_IsTaken()
    {
        var lines = await ReadAllAsync(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 100) + "\n")), 100);

        Assert.Equal(100, lines.Single().Text.Length);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<List<ImportLine>> ReadAllAsync(Stream stream, int maxLineBytes)
    {
        var reader = new LineReader(stream, maxLineBytes);
        var lines = new List<ImportLine>();
        while (await reader.ReadAsync(Cancellation).Within() is { } line) lines.Add(line);
        return lines;
    }

    /// <summary>Gives a few bytes at a time, as pipes do.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
