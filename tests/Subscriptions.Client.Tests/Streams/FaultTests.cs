using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;
using static Subscriptions.Client.Tests.Scripted.StreamWire;

namespace Subscriptions.Client.Tests.Streams;

public sealed class FaultTests
{
    /// <summary>How many messages a whole run takes: <see cref="MessagesFrom"/> from the beginning.</summary>
    private const int AllMessages = 9;

    public static TheoryData<int> Cuts() => [.. Enumerable.Range(0, AllMessages + 1)];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Run_CutAtAMessageBoundary_NothingIsLostAndNothingComesAgain(int cut)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.ToLatest = true);
        await ServeAsync(await server.AcceptOpenConnectionAsync(), cut);
        if (cut <= AllMessages - 1) await ServeAsync(await server.AcceptOpenConnectionAsync(), int.MaxValue);

        await run.Running.Within();

        Assert.Equal([1, 2, 4, 7, 8], run.Handler.Applied[0]);
        Assert.Equal(9, (await run.KeptAsync())!.Seqno);
    }

    [Fact]
    public async Task Run_RolledBackTwice_UndoesTwiceAndGoesOnFromTheLowerPlace()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 5));
        await connection.SendAsync(Rows(stream.StreamId, 0, 5, 2, 5));
        await connection.SendAsync(Snapshot(stream.StreamId, 5, 9));
        await connection.SendAsync(Rows(stream.StreamId, 5, 9, 9));
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.Rollback));
        await run.Handler.SawAsync("opened 0", "snapshot 0..5", "changes 2,5", "snapshot 5..9", "changes 9", "end Rollback");

        stream = await connection.ReceiveStreamAsync();
        Assert.Equal(Token(9, 5, 9), stream.ResumeToken);
        await connection.SendAsync(Rollback(stream.StreamId, 7));
        stream = await connection.ReceiveStreamAsync();
        Assert.Equal(Token(5, 0, 5), stream.ResumeToken);
        Assert.Equal(5, (await run.KeptAsync())!.Seqno);
        await connection.SendAsync(Rollback(stream.StreamId, 0, V1.RollbackReason.Purged));
        stream = await connection.AcceptStreamAsync(branch: BranchB);
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 3));
        await connection.SendAsync(Rows(stream.StreamId, 0, 3, 1, 3));

        await run.Handler.SawAsync("rollback 9>5 BeyondBranch", "rollback 5>0 Purged", "opened 0", "snapshot 0..3", "changes 1,3");
        Assert.Equal([1, 3], run.Handler.Applied[0]);
        await run.Consumer.DisposeAsync().Within();
        Assert.Equal((3, BranchB), ((await run.KeptAsync())!.Seqno, (await run.KeptAsync())!.Branch));
    }

    [Fact]
    public async Task Run_RolledBackIntoASnapshotThatItReadAsAWhole_GoesBackToItsStart()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2, 9));
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.Rollback));
        await connection.SendAsync(Rollback((await connection.ReceiveStreamAsync()).StreamId, 5));

        Assert.Equal(StreamOpen.StartOneofCase.None, (await connection.ReceiveStreamAsync()).StartCase);

        Assert.Empty(run.Handler.Applied[0]);
    }

    [Fact]
    public async Task Run_RolledBackAndTheStoreKeptNoEarlierPlaces_GoesBackToTheBeginning()
    {
        await using var server = await ScriptedServer.StartAsync();
        var store = new InMemoryCheckpointStore();
        var position = new PartitionPosition { Seqno = 12, ResumeToken = Token(12, 9, 12), SnapshotStart = 9, SnapshotEnd = 12 };
        await store.SaveAsync(new CheckpointScope("shop", "indexer"), [new PartitionCheckpoint(0, position, 0)], CancellationToken.None);
        await using var run = new ConsumerRun(server, o => o.Checkpoints = store);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(Rollback((await connection.ReceiveStreamAsync()).StreamId, 10));

        Assert.Equal(StreamOpen.StartOneofCase.None, (await connection.ReceiveStreamAsync()).StartCase);

        await run.Handler.SawAsync("rollback 12>0 BeyondBranch");
    }

    [Fact]
    public async Task Run_RolledBackBeforeWhereItBegan_GoesWhereTheServerSays()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.Since = "now");
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync(high: 42);
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.Rollback));
        await connection.SendAsync(Rollback((await connection.ReceiveStreamAsync()).StreamId, 30));

        Assert.Equal(Token(30, 30, 30), (await connection.ReceiveStreamAsync()).ResumeToken);
    }

    [Fact]
    public async Task Run_HandlerCannotUndoAPart_StartsOver()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        run.Handler.CannotUndo = true;
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 5));
        await connection.SendAsync(Rows(stream.StreamId, 0, 5, 5));
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.Rollback));
        await connection.SendAsync(Rollback((await connection.ReceiveStreamAsync()).StreamId, 5));

        Assert.Equal(StreamOpen.StartOneofCase.None, (await connection.ReceiveStreamAsync()).StartCase);
        Assert.Equal(0, (await run.KeptAsync())!.Seqno);
    }

    [Fact]
    public async Task Run_RolledBackToTheSamePlaceAgain_IsABrokenContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(Rollback((await connection.ReceiveStreamAsync()).StreamId, 5));
        await connection.SendAsync(Rollback((await connection.ReceiveStreamAsync()).StreamId, 5));

        await Assert.ThrowsAsync<ProtocolViolationException>(() => run.Running.Within());
    }

    [Theory]
    [InlineData(V1.StreamEndReason.StoreFailed, "end StoreFailed")]
    [InlineData(V1.StreamEndReason.ShuttingDown, "end ShuttingDown")]
    [InlineData((V1.StreamEndReason)99, "end Unknown")]
    [InlineData(V1.StreamEndReason.Closed, "end Closed")]
    [InlineData(V1.StreamEndReason.Ok, "end Complete")]
    public async Task Run_StreamEndsThoughItHasNoEnd_IsOpenedAgain(V1.StreamEndReason reason, string told)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(End(stream.StreamId, reason));

        var again = await connection.AcceptStreamAsync();

        Assert.NotEqual(stream.StreamId, again.StreamId);
        await run.Handler.SawAsync("opened 0", told, "opened 0");
    }

    [Fact]
    public async Task Run_DatabaseDropped_EndsForGood()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(End((await connection.AcceptStreamAsync()).StreamId, V1.StreamEndReason.DatabaseDropped));

        await Assert.ThrowsAsync<DatabaseDroppedException>(() => run.Running.Within());
    }

    [Fact]
    public async Task Run_ConnectionReplaced_EndsForGood()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        connection.Fail(Wire.Error("CONNECTION_REPLACED", StatusCode.Aborted));

        await Assert.ThrowsAsync<ConnectionReplacedException>(() => run.Running.Within());
    }

    [Fact]
    public async Task Run_HistoryChanged_ConnectsAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.AcceptStreamAsync();
        await run.Handler.SawAsync("opened 0");
        connection.Fail(Wire.Error("HISTORY_CHANGED", StatusCode.Aborted));

        await (await server.AcceptOpenConnectionAsync()).AcceptStreamAsync();

        await run.Handler.SawAsync("opened 0");
    }

    [Theory]
    [InlineData(V1.ErrorReason.OutOfRange, typeof(StreamRefusedException))]
    [InlineData(V1.ErrorReason.PartitionNotFound, typeof(PartitionNotFoundException))]
    [InlineData(V1.ErrorReason.InvalidQuery, typeof(InvalidQueryException))]
    public async Task Run_StreamRefusedForGood_EndsWithTheReason(V1.ErrorReason reason, Type expected)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(Refused((await connection.ReceiveStreamAsync()).StreamId, reason));

        var e = await Assert.ThrowsAnyAsync<SubscriptionsException>(() => run.Running.Within());

        Assert.IsType(expected, e);
        Assert.Contains("partition 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StreamRefusedAsTheDatabaseIsBusy_AsksAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(Refused((await connection.ReceiveStreamAsync()).StreamId, V1.ErrorReason.DatabaseBusy));

        await connection.AcceptStreamAsync();

        await run.Handler.SawAsync("opened 0");
    }

    [Fact]
    public async Task Run_StreamEndsAfterALongTimeWithoutChanges_IsNotGivenUp()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => (o.NoopInterval, o.MaxErroneousPeriod) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), time);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await run.Handler.SawAsync("opened 0");
        time.Advance(TimeSpan.FromMinutes(30));
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.StoreFailed));

        await connection.AcceptStreamAsync();

        await run.Handler.SawAsync("end StoreFailed", "opened 0");
    }

    [Fact]
    public async Task Run_StreamEndsSoonAfterTheConnectionWasLost_IsNotGivenUp()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => (o.NoopInterval, o.MaxErroneousPeriod) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), time);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.AcceptStreamAsync();
        await run.Handler.SawAsync("opened 0");
        time.Advance(TimeSpan.FromMinutes(30));
        connection.CutConnection();
        connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(End((await connection.AcceptStreamAsync()).StreamId, V1.StreamEndReason.StoreFailed));

        await connection.AcceptStreamAsync();

        await run.Handler.SawAsync("opened 0", "end StoreFailed", "opened 0");
    }

    [Fact]
    public async Task Run_StreamEndsAgainAndAgain_IsGivenUpAfterTheErroneousPeriod()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.MaxErroneousPeriod = TimeSpan.Zero);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.StoreFailed));

        var e = await Assert.ThrowsAsync<PartitionConsumerGaveUpException>(() => run.Running.Within());

        Assert.Contains("partition 0 of 'shop'", e.Message, StringComparison.Ordinal);
        Assert.Contains("MaxErroneousPeriod", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_PartitionWaitsToBeOpenedAgain_DoesNotWaitForIt()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new SubscriptionsClient(
            new SubscriptionsClientOptions { Address = server.Address }, timeProvider: time, random: new FixedRandom(0.9));
        var handler = new RecordingHandler();
        await using var consumer = client.Streams.OpenConsumer(new PartitionConsumerOptions("shop", "indexer"), handler);
        var running = consumer.RunAsync(TestContext.Current.CancellationToken);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(End((await connection.AcceptStreamAsync()).StreamId, V1.StreamEndReason.StoreFailed));
        await handler.SawAsync("opened 0", "end StoreFailed");

        // Time stands still: whoever waits for any, hangs.
        await consumer.DisposeAsync().Within();

        await running.Within();
    }

    [Fact]
    public async Task Run_SeqnosGoBackInAStream_IsABrokenContractAndTheyAreNotHandled()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 5));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 5));

        await Assert.ThrowsAsync<ProtocolViolationException>(() => run.Running.Within());

        Assert.Equal([5], run.Handler.Applied[0]);
    }

    [Fact]
    public async Task Run_DataWithoutASnapshot_IsABrokenContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.SendAsync(Rows((await connection.AcceptStreamAsync()).StreamId, 0, 9, 5));

        await Assert.ThrowsAsync<ProtocolViolationException>(() => run.Running.Within());

        Assert.Empty(run.Handler.Applied);
    }

    private static async Task ServeAsync(ScriptedConnection connection, int cut)
    {
        var open = await connection.ReceiveStreamAsync();
        foreach (var message in MessagesFrom(open))
        {
            if (cut-- <= 0)
            {
                connection.CutConnection();
                return;
            }

            await connection.SendAsync(message);
        }
    }

    // A log with 1, 2, 4 in the snapshot 0..4 and 7, 8 in 4..8, nothing at 9, seen from where the client says it is.
    private static IEnumerable<ConnectResponse> MessagesFrom(StreamOpen open)
    {
        var (seqno, start, _) = open.ResumeToken.Length > 0 ? Place(open.ResumeToken) : (0, 0, 0);
        yield return Opened(open, high: 9);
        if (seqno < 4)
        {
            yield return Snapshot(open.StreamId, start, 4);
            if (seqno < 2) yield return Rows(open.StreamId, start, 4, [.. new long[] { 1, 2 }.Where(s => s > seqno)]);
            yield return Rows(open.StreamId, start, 4, 4);
        }

        if (seqno < 8)
        {
            var from = Math.Max(4, start);
            yield return Snapshot(open.StreamId, from, 8);
            if (seqno < 7) yield return Rows(open.StreamId, from, 8, 7);
            yield return Rows(open.StreamId, from, 8, 8);
        }

        if (seqno < 9) yield return Advanced(open.StreamId, 9, 9, 9);
        yield return End(open.StreamId, V1.StreamEndReason.Ok, high: 9);
    }
}
