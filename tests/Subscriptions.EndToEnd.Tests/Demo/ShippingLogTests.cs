using Subscriptions.Cli.Demonstration;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Demo;

public sealed class ShippingLogTests
{
    private readonly ShippingLog _log = new();

    [Fact]
    public void Add_LinesOfTheSample_AreUnderstood()
    {
        _log.Add("Order #orders/7-A will be shipped via: shippers/2 (token 12)");
        _log.Add("Order #orders/9-A will be shipped via: by air (and sea) (token 12)");
        _log.Add("confirmed: orders/7-A orders/9-A");
        _log.Add("Order #orders/10-A will be shipped via: shippers/1 (token 13)");

        Assert.Equal(4, _log.Entries.Count);
        Assert.Equal(new ShippingEntry.Shipped("orders/9-A", 12), _log.Entries[1]);
        Assert.Equal(["orders/7-A", "orders/9-A"], Assert.IsType<ShippingEntry.Confirmed>(_log.Entries[2]).Ids);
        Assert.Equal(2, _log.Standing.Confirmed);
        Assert.Equal(["orders/10-A"], _log.Standing.Unconfirmed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("info: something else")]
    [InlineData("Order #orders/7-A will be shipped via: shippers/2")]
    [InlineData("Order #orders/7-A will be shipped via: shippers/2 (token 99999999999999999999)")]
    public void Add_OtherLines_AreNoMatter(string line)
    {
        _log.Add(line);

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task WaitUntil_ConditionThatComesTrueLater_Returns()
    {
        var waiting = _log.WaitUntilAsync(log => log.Entries.Count == 2, TestContext.Current.CancellationToken);

        _log.Add("confirmed: a");
        Assert.False(waiting.IsCompleted);
        _log.Add("confirmed: b");

        await waiting.Within();
    }
}
