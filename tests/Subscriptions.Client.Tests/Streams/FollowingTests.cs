using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;
using static Subscriptions.Client.Tests.Scripted.StreamWire;

namespace Subscriptions.Client.Tests.Streams;

public sealed class FollowingTests
{
    [Fact]
    public async Task Run_Changes_AreHandledInOrderAndTheirPlaceIsSaved()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptConnectionAsync();
        var opened = await connection.OpenAsync();
        Assert.Equal(("shop", 16 * 1024 * 1024), (opened.Database, opened.Settings.BufferBytes));
        Assert.StartsWith("indexer@", opened.Name, StringComparison.Ordinal);

        var stream = await connection.AcceptStreamAsync();
        Assert.Equal((0, StreamOpen.StartOneofCase.None), (stream.Partition, stream.StartCase));
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9, purged: 3));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2, 5));
        await connection.SendAsync(Advanced(stream.StreamId, 0, 9, 9));
        await run.Handler.SawAsync("opened 0", "snapshot 0..9", "changes 2,5", "advanced 9");
        await run.Consumer.DisposeAsync().Within();
        await run.Running.Within();

        var kept = await run.KeptAsync();
        Assert.Equal(
            new PartitionPosition { Seqno = 9, ResumeToken = Token(9, 0, 9), Branch = BranchA, SnapshotStart = 0, SnapshotEnd = 9, PurgeSeqno = 3 },
            kept);
    }

    [Fact]
    public async Task Run_OnlyAMarkerCame_PlaceStaysBeforeIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 4));
        await connection.SendAsync(Rows(stream.StreamId, 0, 4, 4));
        await connection.SendAsync(Snapshot(stream.StreamId, 4, 20));
        await run.Handler.SawAsync("opened 0", "snapshot 0..4", "changes 4", "snapshot 4..20");
        connection.CutConnection();

        connection = await server.AcceptOpenConnectionAsync();
        Assert.Equal(Token(4, 0, 4), (await connection.ReceiveStreamAsync()).ResumeToken);
        Assert.True(run.Consumer.Positions[0].IsConsistent);
    }

    [Fact]
    public async Task Run_CheckpointKept_BeginsThere()
    {
        await using var server = await ScriptedServer.StartAsync();
        var store = new InMemoryCheckpointStore();
        var position = new PartitionPosition { Seqno = 7, ResumeToken = Token(7, 5, 9), SnapshotStart = 5, SnapshotEnd = 9 };
        await store.SaveAsync(new CheckpointScope("shop", "indexer"), [new PartitionCheckpoint(1, position, 0)], CancellationToken.None);
        await using var run = new ConsumerRun(server, o => (o.Checkpoints, o.Since) = (store, "now"));
        var connection = await server.AcceptOpenConnectionAsync(partitions: 2);

        var streams = new[] { await connection.ReceiveStreamAsync(), await connection.ReceiveStreamAsync() }.OrderBy(s => s.Partition).ToList();

        Assert.Equal([StreamFlag.FromLatest], streams[0].Flags);
        Assert.Equal(StreamOpen.StartOneofCase.None, streams[0].StartCase);
        Assert.Empty(streams[1].Flags);
        Assert.Equal(Token(7, 5, 9), streams[1].ResumeToken);
    }

    [Fact]
    public async Task Run_NowAndCutBeforeTheFirstChange_GoesOnFromThatPlace()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.Since = "now");
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.AcceptStreamAsync(high: 42);
        await run.Handler.SawAsync("opened 42");
        connection.CutConnection();

        connection = await server.AcceptOpenConnectionAsync();
        var again = await connection.ReceiveStreamAsync();

        Assert.Empty(again.Flags);
        Assert.Equal(
            new StreamPosition { Branch = BranchA, Seqno = 42, SnapshotStart = 42, SnapshotEnd = 42 },
            again.Position);
    }

    [Fact]
    public async Task Run_ToLatest_EndsWhenAllStreamsHaveEnded()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.ToLatest = true);
        var connection = await server.AcceptOpenConnectionAsync(partitions: 2);
        var first = await connection.AcceptStreamAsync();
        var second = await connection.AcceptStreamAsync();
        Assert.Equal([StreamFlag.ToLatest], first.Flags);
        await connection.SendAsync(End(first.StreamId, V1.StreamEndReason.Ok));
        await connection.SendAsync(Snapshot(second.StreamId, 0, 3));
        await connection.SendAsync(Rows(second.StreamId, 0, 3, 3));
        Assert.False(run.Running.IsCompleted);
        await connection.SendAsync(End(second.StreamId, V1.StreamEndReason.Ok));

        await run.Running.Within();

        Assert.Equal(3, (await run.KeptAsync(second.Partition))!.Seqno);
    }

    [Fact]
    public async Task Run_HandlerAtWork_NoopsAreAnsweredAndOtherPartitionsGoOn()
    {
        await using var server = await ScriptedServer.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { Before = (changes, _) => changes.Partition == 0 ? release.Task : Task.CompletedTask };
        await using var run = new ConsumerRun(server, o => o.MaxParallelHandlers = 2, handler: handler);
        var connection = await server.AcceptOpenConnectionAsync(partitions: 2);
        var streams = new[] { await connection.AcceptStreamAsync(), await connection.AcceptStreamAsync() };
        foreach (var stream in streams.OrderBy(s => s.Partition))
        {
            await connection.SendAsync(Snapshot(stream.StreamId, 0, 3));
            await connection.SendAsync(Rows(stream.StreamId, 0, 3, 3));
        }

        await connection.SendAsync(new ConnectResponse { Noop = new Noop() });
        await connection.ReceiveNoopReplyAsync();
        while (await run.Handler.NextAsync() != "changes 3")
        {
        }

        Assert.Equal([1], run.Handler.Applied.Keys);
        release.SetResult();
        while (await run.Handler.NextAsync() != "changes 3")
        {
        }
    }

    [Fact]
    public async Task Run_HandlerFails_PositionStaysBeforeAndTheExceptionIsThrown()
    {
        await using var server = await ScriptedServer.StartAsync();
        var handler = new RecordingHandler
        {
            Before = (changes, _) => changes.Changes[0].Seqno == 3 ? throw new InvalidTimeZoneException("no index") : Task.CompletedTask,
        };
        await using var run = new ConsumerRun(server, handler: handler);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 3));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 4));

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => run.Running.Within());

        Assert.Equal([2], handler.Applied[0]);
        Assert.Equal(2, (await run.KeptAsync())!.Seqno);
    }

    [Fact]
    public async Task Dispose_HandlerFailsMeanwhile_TheExceptionIsThrown()
    {
        await using var server = await ScriptedServer.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler
        {
            Before = (_, _) =>
            {
                working.SetResult();
                return release.Task;
            },
        };
        await using var run = new ConsumerRun(server, handler: handler);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await working.Task.Within();

        // Who closes the stream waits for its handler now.
        var disposing = run.Consumer.DisposeAsync();
        Assert.Equal(ConnectRequest.MessageOneofCase.StreamClose, (await connection.ReceiveAsync()).MessageCase);
        release.SetException(new InvalidTimeZoneException("no index"));

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => run.Running.Within());
        await disposing.AsTask().Within();
    }

    [Fact]
    public async Task Dispose_HandlerFailsAsItsTokenIsCancelled_IsAnOrderlyEnd()
    {
        await using var server = await ScriptedServer.StartAsync();
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler
        {
            Before = async (_, token) =>
            {
                working.SetResult();
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = token.Register(cancelled.SetResult);
                await cancelled.Task;
                throw new RpcException(new Status(StatusCode.Cancelled, "as gRPC tells of a token"));
            },
        };
        await using var run = new ConsumerRun(server, o => o.CloseTimeout = TimeSpan.Zero, handler: handler);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await working.Task.Within();

        await run.Consumer.DisposeAsync().Within();

        await run.Running.Within();
    }

    [Fact]
    public async Task Run_CheckpointIntervalPasses_SavesWhatMoved()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, time: time);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 5));
        await run.Handler.SawAsync("opened 0", "snapshot 0..9", "changes 2", "changes 5");
        Assert.Null(await run.KeptAsync());

        time.Advance(TimeSpan.FromSeconds(5));

        // The first of the two was moved past before the second was handled; the save is another task's.
        using var patience = new CancellationTokenSource(TestTimeout.Default);
        while (await run.KeptAsync() is null) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
        Assert.InRange((await run.KeptAsync())!.Seqno, 2, 5);
    }

    [Fact]
    public async Task Dispose_SaveBeforeTheLastOneFailed_IsAGoodEndWhenThatSucceeds()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        var store = new FailsOnce();
        var revoked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var run = new ConsumerRun(
            server,
            o =>
            {
                o.Checkpoints = store;
                o.OnEvent = happening =>
                {
                    if (happening is PartitionConsumerEvent.Revoked) revoked.TrySetResult();

                    // Somebody takes the time to tell of it, in which the last save is through.
                    if (happening is PartitionConsumerEvent.CheckpointFailed) Assert.True(store.Saved.Wait(TestTimeout.Default, CancellationToken.None));
                };
            },
            time);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await connection.SendAsync(Advanced(stream.StreamId, 0, 9, 9));
        await run.Handler.SawAsync("opened 0", "snapshot 0..9", "changes 2", "advanced 9");
        time.Advance(TimeSpan.FromSeconds(5));
        await store.Saving.Task.Within();

        var disposing = run.Consumer.DisposeAsync();
        await revoked.Task.Within();
        store.Failure.SetException(new IOException("the disk is full"));

        await disposing.Within();
        await run.Running.Within();
        Assert.Equal(9, store.Position?.Seqno);
    }

    [Fact]
    public async Task Open_PartitionsChangedAfterwards_StayAsTheyWere()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var partitions = new List<int> { 1 };
        await using var consumer = client.Streams.OpenConsumer(
            new PartitionConsumerOptions("shop", "indexer") { Partitions = partitions }, new RecordingHandler());
        partitions[0] = 0;

        var running = consumer.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, (await (await server.AcceptOpenConnectionAsync(partitions: 2)).ReceiveStreamAsync()).Partition);
        await consumer.DisposeAsync().Within();
        await running.Within();
    }

    [Fact]
    public async Task Run_SavingByHand_NothingIsSavedUntilCommitted()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.CheckpointInterval = Timeout.InfiniteTimeSpan);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await connection.SendAsync(Advanced(stream.StreamId, 0, 9, 4));
        await run.Handler.SawAsync("opened 0", "snapshot 0..9", "changes 2", "advanced 4");
        await run.Consumer.CommitAsync(TestContext.Current.CancellationToken);
        var committed = (await run.KeptAsync())!.Seqno;
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 6));
        await connection.SendAsync(Advanced(stream.StreamId, 0, 9, 9));
        await run.Handler.SawAsync("changes 6", "advanced 9");

        await run.Consumer.DisposeAsync().Within();

        Assert.InRange(committed, 2, 4);
        Assert.Equal(committed, (await run.KeptAsync())!.Seqno);
    }

    [Fact]
    public async Task Commit_AfterTheEnd_SavesWhatWasHandled()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => (o.ToLatest, o.CheckpointInterval) = (true, Timeout.InfiniteTimeSpan));
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 3));
        await connection.SendAsync(Rows(stream.StreamId, 0, 3, 3));
        await connection.SendAsync(End(stream.StreamId, V1.StreamEndReason.Ok));
        await run.Running.Within();
        Assert.Null(await run.KeptAsync());

        await run.Consumer.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, (await run.KeptAsync())!.Seqno);
    }

    [Fact]
    public async Task Run_NamesTooLongForTheConnections_MembersStillHaveDifferentOnes()
    {
        await using var server = await ScriptedServer.StartAsync();
        var name = new string('索', 100);
        await using var first = new ConsumerRun(server, o => (o.Name, o.Group) = (name, PartitionGroup.Static(0, 2)));
        var one = await (await server.AcceptConnectionAsync()).OpenAsync(partitions: 2);
        await using var second = new ConsumerRun(server, o => (o.Name, o.Group) = (name, PartitionGroup.Static(1, 2)));
        var other = await (await server.AcceptConnectionAsync()).OpenAsync(partitions: 2);

        Assert.All([one, other], opened => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(opened.Name), 100, 200));
        Assert.NotEqual(one.Name, other.Name);
    }

    [Fact]
    public void Open_OptionsOutsideTheirRanges_NamesThemAll()
    {
        using var client = new SubscriptionsClient(new Uri("http://127.0.0.1:1"));
        var options = new PartitionConsumerOptions
        {
            BufferBytes = 10,
            Partitions = [-1],
            Group = PartitionGroup.Static(0, 2),
            Since = string.Empty,
            ConnectionName = new string('x', 201),
        };

        var e = Assert.Throws<ArgumentException>(() => client.Streams.OpenConsumer(options, new RecordingHandler()));

        Assert.All(
            ["Database", "Name", "BufferBytes", "Partitions has -1", "set together with Group", "Since", "ConnectionName"],
            name => Assert.Contains(name, e.Message, StringComparison.Ordinal));
    }

    /// <summary>A store whose first save fails when it is told to, and whose others succeed.</summary>
    private sealed class FailsOnce : ICheckpointStore
    {
        public TaskCompletionSource Saving { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Failure { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Saved { get; } = new();

        public PartitionPosition? Position { get; private set; }

        public Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
            CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<PartitionCheckpoint>>([]);

        public Task SaveAsync(CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken)
        {
            if (Saving.TrySetResult()) return Failure.Task;
            Position = checkpoints.Single().Position;
            Saved.Set();
            return Task.CompletedTask;
        }
    }
}
