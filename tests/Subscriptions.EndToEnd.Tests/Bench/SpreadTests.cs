using Subscriptions.Cli.Benchmarking;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 7.0 }, 7.0, 7.0, 7.0)]
    [InlineData(new[] { 9.0, 1.0, 5.0 }, 5.0, 1.0, 9.0)]
    [InlineData(new[] { 4.0, 1.0, 100.0, 2.0 }, 3.0, 1.0, 100.0)]
    public void Of_Values_HasTheirMedianAndEnds(double[] values, double median, double min, double max)
    {
        Assert.Equal(new Spread(median, min, max), Spread.Of(values));
    }

    [Fact]
    public void Of_Nothing_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Spread.Of([]));
    }

    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(0.999, 100)]
    [InlineData(0, 1)]
    [InlineData(1, 100)]
    public void Percentile_OfOneToAHundred_IsTheSmallestThatIsLargeEnough(double share, double expected)
    {
        double[] values = [.. Enumerable.Range(1, 100)];

        Assert.Equal(expected, Spread.Percentile(values, share));
    }

    [Fact]
    public void Percentile_OfOneValue_IsThatValue()
    {
        Assert.Equal(3, Spread.Percentile([3], 0.01));
        Assert.Equal(3, Spread.Percentile([3], 0.99));
    }

    [Fact]
    public void Percentile_OfNothingOrBeyondAll_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Spread.Percentile([], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Spread.Percentile([1], 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => Spread.Percentile([1], -0.01));
    }
}
