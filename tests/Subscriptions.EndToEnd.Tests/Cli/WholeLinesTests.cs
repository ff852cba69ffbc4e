using System.Text;
using Subscriptions.Cli.Hosting;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class WholeLinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Lines_LongerThanTheBuffer_AreHandedOnWhole(int length)
    {
        var pieces = new Pieces();
        using var writer = new StreamWriter(new WholeLines(pieces), Encoding.UTF8, bufferSize: 128);
        var line = new string('é', length);

        for (var i = 0; i < 100; i++) writer.WriteLine(line);
        Assert.All(pieces.Written, piece => Assert.EndsWith("\n", piece, StringComparison.Ordinal));

        writer.Flush();
        Assert.Equal(string.Concat(Enumerable.Repeat($"{line}\n", 100)), string.Concat(pieces.Written).TrimStart('\ufeff'));
    }

    [Fact]
    public void Flush_WithinALine_HandsOnItsBeginning()
    {
        var pieces = new Pieces();
        using var writer = new StreamWriter(new WholeLines(pieces), new UTF8Encoding(false));

        writer.Write("whole\nname: ");
        writer.Flush();
        writer.Write("x\nmore");
        writer.Flush();

        Assert.Equal(["whole\n", "name: ", "x\n", "more"], pieces.Written);
    }

    /// <summary>What was written in one piece.</summary>
    private sealed class Pieces : MemoryStream
    {
        public List<string> Written { get; } = [];

        public override void Write(ReadOnlySpan<byte> buffer) => Written.Add(Encoding.UTF8.GetString(buffer));
    }
}
