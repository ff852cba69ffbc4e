using Subscriptions.Core.Errors;
using Subscriptions.Core.Streams;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>How what a client says comes to its end, for the loop that may look at any moment.</summary>
public sealed class ConnectionInboxTests
{
    private readonly FakePeer _peer = new();
    private readonly ConnectionInbox _inbox;
    private readonly List<string> _heard = [];

    public ConnectionInboxTests() => _inbox = new ConnectionInbox(_peer, new FlowWindow(0), () => { }, () => { });

    [Fact]
    public async Task Client_ClosesItsSide_IsDoneOnceAllIsTakenThatItSaid()
    {
        _peer.Say(new StreamCommand.Close(1));
        _peer.HangUp();
        await RunAsync();

        Assert.Equal((true, false), (_inbox.IsClosed, _inbox.IsDone));
        Assert.True(_inbox.TryTake(out _));
        Assert.True(_inbox.IsDone);
        Assert.Empty(_heard);
    }

    [Fact]
    public async Task Client_SaysWhatEndsTheConnection_IsNotTakenForOneThatClosedItsSide()
    {
        _peer.Fail(new EngineException(ErrorCode.ProtocolViolation, "nonsense"));
        await RunAsync();

        Assert.Equal((false, false), (_inbox.IsClosed, _inbox.IsDone));
        Assert.Equal(["ProtocolViolation"], _heard);
    }

    [Fact]
    public async Task Client_Gone_IsNotTakenForOneThatClosedItsSide()
    {
        _peer.Fail(new IOException("connection reset"));
        await RunAsync();

        Assert.Equal((false, false), (_inbox.IsClosed, _inbox.IsDone));
        Assert.Equal(["gone"], _heard);
    }

    private Task RunAsync() => _inbox.RunAsync(e => _heard.Add($"{e.Code}"), () => _heard.Add("gone"), CancellationToken.None).Within();
}
