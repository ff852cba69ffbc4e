using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Monitoring;

/// <summary>A subscription's figures and history, as they come over the wire.</summary>
public sealed class FiguresTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetFigures_Subscription_IsAskedForByNameAndReadWhole()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new GetFiguresResponse { Snapshot = new V1.SubscriptionSnapshot { Figures = Figures() } });
        using var client = server.Connect();

        var figures = (await client.Monitoring.GetFiguresAsync("shop", "ship", Cancelled).Within()).Figures;

        Assert.Equal(new GetFiguresRequest { Database = "shop", Subscription = "ship" }, Assert.Single(server.Answers.Requests));
        Assert.Equal(("ship", "from Orders", "stopped by poison"), (figures.Definition.Name, figures.Definition.Query, figures.StoppedReason));
        Assert.Equal(("p0:7-1", 12L, TimeSpan.FromSeconds(3), Start), (figures.ChangeVector, figures.Lag, figures.LagTime, figures.LastAckAt));
        Assert.Equal((4L, 5L, 2L, 9L), (figures.RetryCount, figures.DeadLetterCount, figures.BatchesInFlight, figures.ItemsInFlight));
        Assert.Equal(new DeliveryCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13), figures.Counts);
        Assert.Equal("w", Assert.Single(figures.Workers).Worker.Name);
    }

    [Fact]
    public async Task GetFigures_History_HasEveryConnectionAndBatch()
    {
        await using var server = await ScriptedServer.StartAsync();
        var snapshot = new V1.SubscriptionSnapshot { Connections = { Connection() }, Batches = { Batch() } };
        server.Answers.Add(new GetFiguresResponse { Snapshot = snapshot });
        using var client = server.Connect();

        var read = await client.Monitoring.GetFiguresAsync("shop", "ship", Cancelled).Within();

        var worker = new WorkerInfo("w", "10.0.0.1:5", Start, OpeningStrategy.Wait, 41, 3);
        Assert.Equal(
            new ConnectionInfo(6, worker, ConnectionState.Closed, Start)
            {
                PlaceInQueue = 1,
                GrantedAt = Start.AddSeconds(1),
                EndedAt = Start.AddSeconds(2),
                EndReason = ErrorReason.TakenOver,
                EndMessage = "by w2",
                Batches = 1,
                Items = 2,
                Redelivered = 3,
                Bytes = 4,
                Acks = 5,
                Nacks = 6,
                Failed = 7,
                ItemsInFlight = 8,
                LastAckAt = Start.AddSeconds(3),
            },
            Assert.Single(read.Connections));
        Assert.Equal(
            new BatchInfo(9, 6, 2, BatchState.Nacked)
            {
                WorkerName = "w",
                FencingToken = 41,
                Items = 10,
                Redelivered = 11,
                Attempt = 12,
                Bytes = 13,
                BuiltAt = Start,
                SendingAt = Start.AddSeconds(1),
                SentAt = Start.AddSeconds(2),
                AckedAt = Start.AddSeconds(3),
                EndedAt = Start.AddSeconds(4),
                NackReason = "no stamps",
            },
            Assert.Single(read.Batches));
    }

    [Fact]
    public async Task GetFigures_NothingKnownYet_IsNullAndNotADate()
    {
        await using var server = await ScriptedServer.StartAsync();
        var snapshot = new V1.SubscriptionSnapshot
        {
            Figures = new V1.SubscriptionFigures { Definition = Figures().Definition },
            Connections = { new ConnectionRecord { Id = 1 } },
            Batches = { new BatchRecord { Number = 1 } },
        };
        server.Answers.Add(new GetFiguresResponse { Snapshot = snapshot });
        using var client = server.Connect();

        var read = await client.Monitoring.GetFiguresAsync("shop", "ship", Cancelled).Within();

        Assert.Equal((null, null, TimeSpan.Zero), (read.Figures.LastAckAt, read.Figures.StoppedReason, read.Figures.LagTime));
        Assert.Equal((null, null, null), (read.Connections[0].GrantedAt, read.Connections[0].EndedAt, read.Connections[0].LastAckAt));
        Assert.Equal((null, null, null), (read.Batches[0].SentAt, read.Batches[0].AckedAt, read.Batches[0].EndedAt));
    }

    [Fact]
    public async Task GetFigures_ServerKnowsMoreKinds_TheyAreUnknown()
    {
        await using var server = await ScriptedServer.StartAsync();
        var snapshot = new V1.SubscriptionSnapshot
        {
            Connections = { new ConnectionRecord { State = (V1.ConnectionState)99, EndReason = (V1.ErrorReason)9999 } },
            Batches = { new BatchRecord { State = (V1.BatchState)99 } },
        };
        server.Answers.Add(new GetFiguresResponse { Snapshot = snapshot });
        using var client = server.Connect();

        var read = await client.Monitoring.GetFiguresAsync("shop", "ship", Cancelled).Within();

        Assert.Equal(
            (ConnectionState.Unknown, ErrorReason.Unknown, BatchState.Unknown),
            (read.Connections[0].State, read.Connections[0].EndReason, read.Batches[0].State));
    }

    [Fact]
    public async Task GetFigures_NoSuchSubscription_ThrowsItsType()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.AddFailure(Wire.Error("SUBSCRIPTION_NOT_FOUND", StatusCode.NotFound));
        using var client = server.Connect();

        await Assert.ThrowsAsync<SubscriptionNotFoundException>(() => client.Monitoring.GetFiguresAsync("shop", "ship", Cancelled).Within());
    }

    /// <summary>Figures with everything in them.</summary>
    internal static V1.SubscriptionFigures Figures() => new()
    {
        Definition = new V1.SubscriptionDefinition { Name = "ship", Query = "from Orders" },
        ChangeVector = "p0:7-1",
        Lag = 12,
        LagTime = TimeSpan.FromSeconds(3).ToDuration(),
        LastAckAt = Start.ToTimestamp(),
        RetryCount = 4,
        DeadLetterCount = 5,
        BatchesInFlight = 2,
        ItemsInFlight = 9,
        Counts = new V1.DeliveryCounts
        {
            Batches = 1,
            Items = 2,
            Redelivered = 3,
            Bytes = 4,
            Scanned = 5,
            Filtered = 6,
            Acks = 7,
            Nacks = 8,
            Failed = 9,
            Retried = 10,
            DeadLettered = 11,
            ScriptErrors = 12,
            Rewinds = 13,
        },
        Workers = { Connection() },
        StoppedReason = "stopped by poison",
    };

    /// <summary>A connection with everything in it.</summary>
    internal static ConnectionRecord Connection() => new()
    {
        Id = 6,
        Worker = new Worker
        {
            Name = "w",
            Address = "10.0.0.1:5",
            ConnectedAt = Start.ToTimestamp(),
            Strategy = V1.OpeningStrategy.Wait,
            FencingToken = 41,
            BatchesInFlight = 3,
        },
        State = V1.ConnectionState.Closed,
        PlaceInQueue = 1,
        AskedAt = Start.ToTimestamp(),
        GrantedAt = Start.AddSeconds(1).ToTimestamp(),
        EndedAt = Start.AddSeconds(2).ToTimestamp(),
        EndReason = V1.ErrorReason.TakenOver,
        EndMessage = "by w2",
        Batches = 1,
        Items = 2,
        Redelivered = 3,
        Bytes = 4,
        Acks = 5,
        Nacks = 6,
        Failed = 7,
        ItemsInFlight = 8,
        LastAckAt = Start.AddSeconds(3).ToTimestamp(),
    };

    /// <summary>A batch with everything in it.</summary>
    internal static BatchRecord Batch() => new()
    {
        Number = 9,
        ConnectionId = 6,
        BatchId = 2,
        WorkerName = "w",
        FencingToken = 41,
        State = V1.BatchState.Nacked,
        Items = 10,
        Redelivered = 11,
        Attempt = 12,
        Bytes = 13,
        BuiltAt = Start.ToTimestamp(),
        SendingAt = Start.AddSeconds(1).ToTimestamp(),
        SentAt = Start.AddSeconds(2).ToTimestamp(),
        AckedAt = Start.AddSeconds(3).ToTimestamp(),
        EndedAt = Start.AddSeconds(4).ToTimestamp(),
        NackReason = "no stamps",
    };
}
