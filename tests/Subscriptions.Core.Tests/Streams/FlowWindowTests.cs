using Subscriptions.Core.Streams;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

public sealed class FlowWindowTests
{
    [Fact]
    public void OneMessage_MayGoBeyond()
    {
        var window = new FlowWindow(100);
        window.Sent(99);
        Assert.Equal(1, window.Room);

        window.Sent(500);
        Assert.Equal(-499, window.Room);
    }

    [Fact]
    public void Acks_OfMoreThanIsOut_EarnNothing()
    {
        var window = new FlowWindow(100);
        window.Sent(30);

        window.Ack(long.MaxValue);

        Assert.Equal(100, window.Room);
    }

    [Fact]
    public void Size_ThatShrinks_LeavesWhatIsOut()
    {
        var window = new FlowWindow(100);
        window.Sent(80);

        window.Resize(50);
        Assert.Equal(-30, window.Room);

        window.Ack(80);
        Assert.Equal(50, window.Room);
    }

    [Fact]
    public void WithoutLimit_NothingIsOut()
    {
        var window = new FlowWindow(0);
        window.Sent(80);
        Assert.Equal((long.MaxValue, long.MaxValue), (window.Room, window.Size));

        window.Resize(100);
        Assert.Equal((100, 100), (window.Room, window.Size));
        Assert.Equal(80, window.TotalSent);
    }
}
