using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Hosting;

/// <summary>Handlers that a host runs.</summary>
public sealed class HostedHandlerTests
{
    [Fact]
    public async Task Handler_Returns_BatchIsAcked()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(server, (_, _) => Task.CompletedTask, o => o.WorkerName = "hosted-1");
        var call = await server.AcceptAsync();
        Assert.Equal("hosted-1", (await call.OpenAsync()).WorkerName);

        for (var number = 1; number <= 3; number++)
        {
            await call.SendBatchAsync(number, "a");
            await call.ReceiveAckAsync(number);
            await call.ConfirmAsync(number);
        }
    }

    [Fact]
    public async Task Handler_SettlesItself_NothingIsAdded()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server, (batch, token) => batch.BatchId == 1 && batch.Items[0].Attempt == 1
                ? batch.NackAsync("mine", cancellationToken: token)
                : batch.AckAsync(token));
        var call = await server.AcceptOpenAsync();

        await call.SendBatchAsync(1, "a");
        Assert.Equal("mine", (await call.ReceiveNackAsync()).Reason);
        await call.SendAsync(Wire.Chunk(1, last: true, Wire.Item("a", attempt: 2)));
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
        await call.SendBatchAsync(2, "b");
        await call.ReceiveAckAsync(2);
        await call.ConfirmAsync(2);
    }

    [Fact]
    public async Task Handler_Throws_NacksWithADelayThatGrowsUntilItSucceeds()
    {
        var fails = true;
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server,
            (_, _) => Volatile.Read(ref fails) ? throw new InvalidDataException("printer on fire") : Task.CompletedTask,
            o =>
            {
                o.RetryDelay = TimeSpan.FromSeconds(2);
                o.MaxRetryDelay = TimeSpan.FromSeconds(7);
            });
        var call = await server.AcceptOpenAsync();

        foreach (var seconds in new[] { 2, 4, 7, 7 })
        {
            await call.SendBatchAsync(1, "a");
            var nack = await call.ReceiveNackAsync();
            Assert.Equal((1L, "printer on fire", TimeSpan.FromSeconds(seconds)), (nack.BatchId, nack.Reason, nack.Delay.ToTimeSpan()));
        }

        Volatile.Write(ref fails, false);
        await call.SendBatchAsync(1, "a");
        await call.ReceiveAckAsync(1);
        Volatile.Write(ref fails, true);
        await call.ConfirmAsync(1);
        await call.SendBatchAsync(2, "b");
        Assert.Equal(TimeSpan.FromSeconds(2), (await call.ReceiveNackAsync()).Delay.ToTimeSpan());
        Assert.False(host.IsStopping);
    }

    [Fact]
    public async Task Handler_ThrowsWithStopHost_NacksAndStopsTheHostWithExitCodeOne()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server, (_, _) => throw new InvalidDataException("printer on fire"), o => o.OnHandlerError = HandlerErrorAction.StopHost);
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");

        Assert.Equal(new Duration(), (await call.ReceiveNackAsync()).Delay);
        await host.Stopping.Within();
        await call.HalfClosed.Within();
        Assert.Equal(1, Environment.ExitCode);
    }

    [Fact]
    public async Task End_Final_StopsTheHostWithExitCodeOne()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(server, (_, _) => Task.CompletedTask);
        (await server.AcceptOpenAsync()).FailWith("TAKEN_OVER", StatusCode.Aborted);

        await host.Stopping.Within();

        Assert.Equal(1, Environment.ExitCode);
        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task End_FinalWithStopWorker_LetsTheHostGoOn()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(server, (_, _) => Task.CompletedTask, o => o.OnEnd = WorkerEndAction.StopWorker);
        (await server.AcceptOpenAsync()).FailWith("TAKEN_OVER", StatusCode.Aborted);

        await host.WorkerEnded.Within();

        Assert.False(host.IsStopping);
        Assert.Equal(0, Environment.ExitCode);
    }

    [Fact]
    public async Task End_Drained_StopsTheHostWithExitCodeZero()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(server, (_, _) => Task.CompletedTask, o => o.CloseWhenDrained = true);
        (await server.AcceptOpenAsync()).Complete();

        await host.Stopping.Within();

        Assert.Equal(0, Environment.ExitCode);
    }

    [Fact]
    public async Task Stop_HandlerRunning_DrainsItsBatch()
    {
        var started = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(server, (_, token) =>
        {
            started.TrySetResult(token);
            return goOn.Task;
        });
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        var token = await started.Task.Within();

        var stop = host.StopAsync();
        await host.Stopping.Within();
        Assert.False(token.IsCancellationRequested);
        Assert.False(stop.IsCompleted);
        goOn.SetResult();
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);

        await stop.Within();
        await call.HalfClosed.Within();
        Assert.Equal(0, Environment.ExitCode);
    }

    [Fact]
    public async Task Stop_HandlerDoesNotFinishInTime_IsCancelledAndNothingIsSettled()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server,
            (_, token) =>
            {
                started.TrySetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
            o => o.DrainTimeout = TimeSpan.FromMilliseconds(30));
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await started.Task.Within();

        await host.StopAsync().Within();

        await call.HalfClosed.Within();
        call.AssertNothingReceived();
    }

    [Fact]
    public async Task LeaseLost_HandlerRunning_CancelsItAndTheBatchComesAgain()
    {
        var attempts = 0;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(server, (_, token) =>
        {
            if (Interlocked.Increment(ref attempts) > 1)
            {
                return Task.CompletedTask;
            }

            started.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await started.Task.Within();
        call.FailWith("SHUTTING_DOWN", StatusCode.Unavailable);

        var second = await server.AcceptOpenAsync();
        await second.SendBatchAsync(1, "a");
        await second.ReceiveAckAsync(1);
        await second.ConfirmAsync(1);

        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Scope_OfABatch_IsItsOwnAndOverBeforeTheAck()
    {
        await using var server = await ScriptedServer.StartAsync();
        var disposedEarly = false;
        HostFixture? running = null;
        await using var host = running = await HostFixture.StartAsync(server, (_, _) =>
        {
            disposedEarly |= running!.Script.Probes[^1].IsDisposed;
            return Task.CompletedTask;
        });
        var script = host.Script;
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await call.ReceiveAckAsync(1);
        Assert.True(Assert.Single(script.Probes).IsDisposed);
        await call.ConfirmAsync(1);
        await call.SendBatchAsync(2, "b");
        await call.ReceiveAckAsync(2);

        Assert.False(disposedEarly);
        Assert.Equal(2, script.Probes.Distinct().Count());
        Assert.All(script.Probes, p => Assert.True(p.IsDisposed));
        await call.ConfirmAsync(2);
    }
}
