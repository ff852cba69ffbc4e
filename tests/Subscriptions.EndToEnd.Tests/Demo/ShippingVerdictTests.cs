using Subscriptions.Cli.Demonstration;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Demo;

public sealed class ShippingVerdictTests
{
    private static readonly HashSet<string> Expected = ["a", "b"];

    [Fact]
    public void Of_EveryOrderShippedAndConfirmedOnce_IsWell()
    {
        var verdict = Judge(["ship a 1", "confirm a"], ["ship b 2", "confirm b"]);

        Assert.Equal((2, 2, 0), (verdict.Shipped, verdict.Confirmed, verdict.Repeats));
        Assert.Empty(verdict.Violations);
    }

    [Fact]
    public void Of_OrderThatCameAgainUnconfirmed_IsCountedAndWell()
    {
        var verdict = Judge(["ship a 1", "ship b 1", "ship a 2", "ship b 2", "confirm a b"], []);

        Assert.Equal((2, 2, 2), (verdict.Shipped, verdict.Confirmed, verdict.Repeats));
        Assert.Empty(verdict.Violations);
    }

    [Fact]
    public void Of_OrderWhoseConfirmNobodyHeard_IsWell()
    {
        var verdict = Judge(["ship a 1", "ship b 1"], []);

        Assert.Equal((2, 0), (verdict.Shipped, verdict.Confirmed));
        Assert.Empty(verdict.Violations);
    }

    [Theory]
    [InlineData("a was shipped again after its ack was confirmed", "ship a 1|confirm a|ship b 1|ship a 2", "")]
    [InlineData("a was shipped again after its ack was confirmed", "ship a 1|ship b 1|confirm a", "ship a 2")]
    [InlineData("b was never shipped", "ship a 1|confirm a", "")]
    [InlineData("c was shipped and does not match", "ship a 1|ship b 1|ship c 1", "")]
    [InlineData("b was shipped with token 1 after token 2", "ship a 2|ship b 1", "")]
    [InlineData("b was confirmed twice", "ship a 1|ship b 1|confirm b", "confirm b")]
    [InlineData("b was confirmed and never shipped", "ship a 1|confirm b|ship b 1", "")]
    public void Of_AnythingElse_IsAViolation(string violation, string first, string second)
    {
        var verdict = Judge(first.Split('|'), second.Split('|', StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains(violation, verdict.Violations);
    }

    private static ShippingVerdict Judge(string[] first, string[] second) =>
        ShippingVerdict.Of(Expected, [[.. first.Select(Entry)], [.. second.Select(Entry)]]);

    private static ShippingEntry Entry(string text) => text.Split(' ') switch
    {
        ["ship", var id, var token] => new ShippingEntry.Shipped(id, long.Parse(token, System.Globalization.CultureInfo.InvariantCulture)),
        [_, .. var ids] => new ShippingEntry.Confirmed(ids),
        _ => throw new ArgumentException(text),
    };
}
