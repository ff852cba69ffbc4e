using Google.Protobuf.WellKnownTypes;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>What a worker says first, and what it takes from the server's answer.</summary>
public sealed class OpeningTests
{
    [Fact]
    public async Task Open_AllOptionsSet_AreInTheOpenMessage()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o =>
        {
            o.Strategy = OpeningStrategy.TakeOver;
            o.WorkerName = "shipping-1";
            o.MaxDocs = 17;
            o.MaxBytes = 4321;
            o.Window = 3;
            o.CloseWhenDrained = true;
        });
        _ = reader.Move();

        var call = await server.AcceptAsync();

        var expected = new WorkOpen
        {
            Database = "shop",
            Subscription = "ship",
            Strategy = V1.OpeningStrategy.TakeOver,
            WorkerName = "shipping-1",
            MaxDocs = 17,
            MaxBytes = 4321,
            Window = 3,
            CloseWhenDrained = true,
        };
        Assert.Equal(expected, await call.OpenAsync());
    }

    [Theory]
    [InlineData(OpeningStrategy.Fail, V1.OpeningStrategy.Fail)]
    [InlineData(OpeningStrategy.Wait, V1.OpeningStrategy.Wait)]
    [InlineData(OpeningStrategy.TakeOver, V1.OpeningStrategy.TakeOver)]
    [InlineData(OpeningStrategy.Concurrent, V1.OpeningStrategy.Concurrent)]
    public async Task Open_Strategy_IsTheContractsOfThatName(OpeningStrategy strategy, V1.OpeningStrategy expected)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Strategy = strategy);
        _ = reader.Move();

        var open = await (await server.AcceptAsync()).OpenAsync();

        Assert.Equal(expected, open.Strategy);
    }

    [Fact]
    public async Task Open_OptionsChangedAfterwards_AreNotTaken()
    {
        await using var server = await ScriptedServer.StartAsync();
        SubscriptionWorkerOptions? given = null;
        await using var reader = server.Read(o => given = o);
        given!.Subscription = "other";
        _ = reader.Move();

        var open = await (await server.AcceptAsync()).OpenAsync();

        Assert.Equal("ship", open.Subscription);
    }

    [Fact]
    public async Task Read_NothingAskedFor_DoesNotConnect()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using (server.Read())
        {
        }

        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task Opened_ByTheServer_IsToldAsAnEvent()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        await server.AcceptOpenAsync(Wire.Opened(fencingToken: 99));

        var connected = await reader.EventAsync<WorkerEvent.Connected>();

        Assert.Equal(new WorkerEvent.Connected(99, "cv0", "token0", "scripted"), connected);
    }

    [Fact]
    public async Task Waiting_InTheQueue_TellsPlaceAndHolder()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Strategy = OpeningStrategy.Wait);
        _ = reader.Move();
        var since = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var call = await server.AcceptAsync();
        var holder = new Worker { Name = "other", Address = "10.0.0.7:4711", ConnectedAt = since.ToTimestamp(), Strategy = V1.OpeningStrategy.Wait };
        await call.SendAsync(new WorkResponse { Waiting = new WorkWaiting { PlaceInQueue = 2, Holder = holder } });

        var waiting = await reader.EventAsync<WorkerEvent.Waiting>();

        Assert.Equal(new WorkerEvent.Waiting(new SubscriptionHolder("other", "10.0.0.7:4711", since, OpeningStrategy.Wait), 2), waiting);
    }

    [Fact]
    public async Task Events_OfTheConversation_AreToldAsTheyCome()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        var rewound = new Rewound { FromChangeVector = "a", ToChangeVector = "b", Reason = "partition 3" };
        await call.SendAsync(new WorkResponse { Rewound = rewound });
        await call.SendAsync(new WorkResponse { Heartbeat = new ServerHeartbeat { Lag = 5, HighSeqno = 50 } });
        await call.SendAsync(new WorkResponse { CaughtUp = new CaughtUp { ResumeToken = "here" } });

        Assert.Equal(new WorkerEvent.Rewound("a", "b", "partition 3"), await reader.EventAsync<WorkerEvent.Rewound>());
        Assert.Equal(new WorkerEvent.Heartbeat(5, 50), await reader.EventAsync<WorkerEvent.Heartbeat>());
        Assert.Equal(new WorkerEvent.CaughtUp("here"), await reader.EventAsync<WorkerEvent.CaughtUp>());
    }

    [Fact]
    public async Task Events_HandlerThrows_WorkerGoesOn()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.OnEvent = _ => throw new InvalidOperationException("The application's fault."));
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");

        Assert.Equal("a", Assert.Single((await reader.NextAsync()).Items).Id);
    }

    [Fact]
    public async Task Opened_Twice_IsABreachOfTheContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendAsync(new WorkResponse { Opened = Wire.Opened() });

        var failure = await reader.FailsAsync<ProtocolViolationException>();

        Assert.Equal(ErrorReason.ProtocolViolation, failure.Reason);
        Assert.Contains("opened the subscription twice", failure.Message, StringComparison.Ordinal);
    }
}
