using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Documents;

public sealed class PartitionHashTests
{
    // From the published hashes: '' is cbf29ce484222325, 'a' af63dc4c8601ec8c, 'foobar' 85944171f73967e8.
    [Theory]
    [InlineData("", 2, 1)]
    [InlineData("", 1000, 945)]
    [InlineData("", 1024, 961)]
    [InlineData("a", 16, 0)]
    [InlineData("a", 1000, 824)]
    [InlineData("a", 1024, 192)]
    [InlineData("foobar", 2, 1)]
    [InlineData("foobar", 16, 9)]
    [InlineData("foobar", 1000, 697)]
    [InlineData("foobar", 1024, 665)]
    [InlineData("orders/1-A", 1000, 394)]
    [InlineData("größe", 1000, 772)]
    [InlineData("😀", 1024, 432)]
    public void Of_KnownIds_IsFixedForGood(string id, int partitions, int partition)
    {
        Assert.Equal(partition, PartitionHash.Of(id, partitions));
        Assert.Equal(0, PartitionHash.Of(id, 1));
    }

    [Fact]
    public void Of_TheLongestIds_IsInRange()
    {
        foreach (var id in new[] { new string('x', 512), string.Concat(Enumerable.Repeat("😀", 128)), new string('é', 256) })
            Assert.InRange(PartitionHash.Of(id, 1024), 0, 1023);
    }

    [Fact]
    public void Of_ManyIds_SpreadsThem()
    {
        var counts = new int[16];
        for (var i = 0; i < 16_000; i++) counts[PartitionHash.Of($"orders/{i}-A", counts.Length)]++;

        Assert.All(counts, count => Assert.InRange(count, 800, 1200));
    }
}
