using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class PartitionSharesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1024)]
    [InlineData(7, 5)]
    [InlineData(1024, 1024)]
    [InlineData(1000, 1024)]
    public void Of_AllMembers_CoversEachPartitionOnceInContiguousEqualShares(int members, int partitions)
    {
        var shares = Enumerable.Range(0, members).Select(member => PartitionShares.Of(member, members, partitions)).ToList();

        Assert.Equal(Enumerable.Range(0, partitions), shares.SelectMany(share => share));
        Assert.InRange(shares.Max(s => s.Count) - shares.Min(s => s.Count), 0, 1);
    }
}
