using System.Collections.Concurrent;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;
using static Subscriptions.Client.Tests.Scripted.StreamWire;

namespace Subscriptions.Client.Tests.Streams;

public sealed class LeaseTests
{
    [Fact]
    public async Task Join_OneAfterTheOther_SharesAreRevokedBeforeOthersHaveThem()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));

        var b = scene.Start("b");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3) && b.HasAll(4, 5, 6, 7));

        Assert.Equal(["assign 0,1,2,3,4,5,6,7", "revoke 4,5,6,7"], a.Calls);
        Assert.True(b.Epoch > a.Epoch);
    }

    [Fact]
    public async Task Leave_InOrder_OthersHaveItsShareWithoutWaitingForTheLease()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var b = scene.Start("b");
        await scene.UntilAsync(() => b.HasAll(4, 5, 6, 7));

        await a.StopAsync();

        Assert.Empty(a.Working);
        Assert.Single(scene.Table.Members);
        var leftAt = scene.Time.GetUtcNow();
        await scene.UntilAsync(() => b.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        Assert.True(scene.Time.GetUtcNow() - leftAt < LeaseScene.Lease);
    }

    [Fact]
    public async Task CutOff_FromTheDocuments_StopsBeforeAnotherBegins()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var b = scene.Start("b");
        await scene.UntilAsync(() => b.HasAll(4, 5, 6, 7));
        var before = b.Epoch;

        a.IsCutOff = true;
        await scene.UntilAsync(() => b.HasAll(0, 1, 2, 3, 4, 5, 6, 7));

        // The scene itself looks that no two work on one.
        Assert.Contains("abandon 0,1,2,3", a.Calls);
        Assert.True(b.Epoch > before);

        a.IsCutOff = false;
        await scene.UntilAsync(() => a.Working.Count == 4 && b.Working.Count == 4);
    }

    [Fact]
    public async Task CutOff_ForLessThanTheLease_ChangesNothing()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var until = scene.Time.GetUtcNow() + (LeaseScene.Lease / 4);
        a.IsCutOff = true;
        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);
        a.IsCutOff = false;
        until = scene.Time.GetUtcNow() + (2 * LeaseScene.Lease);

        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);

        Assert.Equal(["assign 0,1,2,3,4,5,6,7"], a.Calls);
    }

    [Fact]
    public async Task Lost_HandlerThrowsOfItsToken_TheConsumerJoinsAnew()
    {
        await using var scene = new LeaseScene();
        using var store = new LeaseScene.Member(scene, "a", 0);
        await using var server = await ScriptedServer.StartAsync();
        var options = new PartitionLeaseOptions { Database = "coordination", MemberName = "a", LeaseDuration = LeaseScene.Lease };
        var handler = new RecordingHandler
        {
            Before = async (_, token) =>
            {
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = token.Register(cancelled.SetResult);
                await cancelled.Task;
                throw new RpcException(new Status(StatusCode.Cancelled, "as gRPC tells of a token"));
            },
        };
        await using var run = new ConsumerRun(
            server, o => (o.Group, o.NoopInterval) = (new LeasedPartitions(options, _ => store, new Random(1)), TimeSpan.FromHours(1)), scene.Time, handler);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));
        await handler.SawAsync("opened 0", "snapshot 0..9");

        store.IsCutOff = true;
        var closed = connection.ReceiveAsync();
        await scene.UntilAsync(() => closed.IsCompleted);
        store.IsCutOff = false;
        var again = connection.ReceiveAsync();
        await scene.UntilAsync(() => again.IsCompleted || run.Running.IsCompleted);

        Assert.Equal(ConnectRequest.MessageOneofCase.StreamClose, (await closed).MessageCase);
        Assert.False(run.Running.IsCompleted);
        Assert.Equal(ConnectRequest.MessageOneofCase.StreamOpen, (await again).MessageCase);
    }

    [Fact]
    public async Task Lost_WhileCheckpointsAreLoaded_NothingIsBegun()
    {
        await using var scene = new LeaseScene();
        using var store = new LeaseScene.Member(scene, "a", 0);
        await using var server = await ScriptedServer.StartAsync();
        var options = new PartitionLeaseOptions { Database = "coordination", MemberName = "a", LeaseDuration = LeaseScene.Lease };
        var checkpoints = new SlowLoad();
        var epochs = new ConcurrentQueue<long>();
        await using var run = new ConsumerRun(
            server,
            o =>
            {
                (o.Group, o.NoopInterval, o.Checkpoints) = (new LeasedPartitions(options, _ => store, new Random(1)), TimeSpan.FromHours(1), checkpoints);
                o.OnEvent = happening =>
                {
                    if (happening is PartitionConsumerEvent.Assigned assigned) epochs.Enqueue(assigned.Epoch);
                };
            },
            scene.Time);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = connection.AcceptStreamAsync();
        await scene.UntilAsync(() => checkpoints.Loads == 1);
        store.IsCutOff = true;
        var until = scene.Time.GetUtcNow() + LeaseScene.Lease;
        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);

        checkpoints.Answer.SetResult();
        store.IsCutOff = false;
        await scene.UntilAsync(() => !epochs.IsEmpty && stream.IsCompleted);

        // Joined with the first epoch, removed and joined anew.
        Assert.All(epochs, epoch => Assert.Equal(3, epoch));
        await stream;
    }

    [Fact]
    public async Task ReadBeats_AnsweredALeaseLate_TakesNobodyForDead()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var b = scene.Start("b");
        await scene.UntilAsync(() => b.HasAll(4, 5, 6, 7));

        // Two signs of life are lost, between which b looks twice. The answer to the second look takes longer than a lease, in which a is heard of again.
        var beats = a.Beats;
        await scene.UntilAsync(() => a.Beats > beats);
        a.IsCutOff = true;
        var looks = 0;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        b.OnBeatsRead = () => Interlocked.Increment(ref looks) == 2 ? answer.Task : Task.CompletedTask;
        await scene.UntilAsync(() => Volatile.Read(ref looks) == 2);
        a.IsCutOff = false;
        var until = scene.Time.GetUtcNow() + LeaseScene.Lease;
        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);
        answer.SetResult();
        until = scene.Time.GetUtcNow() + LeaseScene.Lease;
        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);

        Assert.Equal(["assign 0,1,2,3,4,5,6,7", "revoke 4,5,6,7"], a.Calls);
    }

    [Fact]
    public async Task Leave_WhilePartitionsAreGivenUp_TheirHandlersMayFinishAllTheSame()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var revoking = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        a.OnRevoke = hurry =>
        {
            revoking.TrySetResult(hurry);
            return handled.Task;
        };
        scene.Start("b");
        await scene.UntilAsync(() => revoking.Task.IsCompleted);

        await a.CancelAsync();

        var isHurried = (await revoking.Task.Within()).IsCancellationRequested;
        handled.SetResult();
        Assert.False(isHurried);
        await scene.UntilAsync(() => scene.Table.Members.Count == 1);
    }

    [Fact]
    public async Task Lost_WhileAnotherPartitionIsGivenUp_TheRestIsAbandonedAtOnce()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isRevoking = false;
        a.OnRevoke = _ =>
        {
            Volatile.Write(ref isRevoking, true);
            return handled.Task;
        };
        var b = scene.Start("b");
        await scene.UntilAsync(() => Volatile.Read(ref isRevoking));

        // Nobody else can take over, so that it is the member's own clock that ends it.
        (a.IsCutOff, b.IsCutOff) = (true, true);
        await scene.UntilAsync(() => a.Working.Count == 0);

        Assert.Contains("abandon 0,1,2,3,4,5,6,7", a.Calls);
        handled.SetResult();
        (a.IsCutOff, b.IsCutOff) = (false, false);
        await scene.UntilAsync(() => a.Working.Count == 4 && b.Working.Count == 4);
    }

    [Fact]
    public async Task Begin_CheckpointsKnowANewerEpoch_ItIsRaisedAboveThat()
    {
        await using var scene = new LeaseScene();

        var a = scene.Start("a", claimedEpoch: 41);

        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        Assert.Equal(42, a.Epoch);
    }

    [Fact]
    public async Task TableLost_WhileWorking_IsMadeAgainAndNobodyWorksTwice()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var epoch = a.Epoch;

        scene.LoseTable();

        await scene.UntilAsync(() => a.Calls.Count >= 3 && a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        Assert.Equal("abandon 0,1,2,3,4,5,6,7", a.Calls[1]);
        Assert.True(a.Epoch >= epoch);
    }

    /// <summary>A store that takes its time for the first load, and heeds no token.</summary>
    private sealed class SlowLoad : ICheckpointStore
    {
        private int _loads;

        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Loads => Volatile.Read(ref _loads);

        public async Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
            CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _loads) == 1) await Answer.Task;
            return [];
        }

        public Task SaveAsync(CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
