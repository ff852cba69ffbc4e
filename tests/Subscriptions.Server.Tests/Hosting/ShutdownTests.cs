using System.Net;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Hosting;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Stop_OpenConversations_AreToldToReconnect()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var working = await server.OpenAsync();
        await working.ReceiveBatchAsync();
        using var waiting = server.Connect();
        await waiting.OpenAsync(Requests.Open(OpeningStrategy.Wait));
        await waiting.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting);
        using var silent = server.Connect();
        var ends = new[] { working.ReceiveEndAsync(), waiting.ReceiveEndAsync() };
        var silentEnd = silent.ReceiveEndAsync();

        await server.StopAsync();

        foreach (var end in ends)
        {
            var (error, last) = await end;
            RpcAssert.Is(StatusCode.Unavailable, "SHUTTING_DOWN", error);
            Assert.Equal((ErrorReason.ShuttingDown, true), (last!.Closing.Reason, last.Closing.Reconnect));
        }

        RpcAssert.Is(StatusCode.Unavailable, "SHUTTING_DOWN", (await silentEnd).Error);
    }

    [Fact]
    public async Task Stop_AckUnderWay_IsConfirmedFirst()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        var batch = await worker.ReceiveBatchAsync();
        var saving = server.SubscriptionStore.HoldNext(SubscriptionStoreCall.SaveProgress);
        await worker.AckAsync(batch.BatchId);
        await saving.Reached.Within();

        // The disk takes longer than the server would wait by default; here it waits longer.
        var stopping = server.StopAsync();
        await Task.Delay(2 * new ServerOptions().ShutdownTime, TimeProvider.System, TestContext.Current.CancellationToken);
        saving.Release();

        Assert.Equal(batch.BatchId, (await worker.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed)).AckConfirmed.BatchId);
        RpcAssert.Is(StatusCode.Unavailable, "SHUTTING_DOWN", (await worker.ReceiveEndAsync()).Error);
        await stopping.Within();
    }

    [Fact]
    public async Task Stop_WorkerThatDoesNotRead_IsCutOff()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Server = s.Server with { ShutdownTime = TimeSpan.FromMilliseconds(100) } });
        await server.SetUpShopAsync();
        for (var i = 0; i < 10; i++) await server.WriteAsync(Requests.Put($"orders/{i}", Requests.ContentOf(3_000_000)));
        using var worker = await server.OpenAsync();

        await server.StopAsync();

        // The connection is closed under the call. A client that has read HTTP/2's good-bye before calls that INTERNAL.
        var end = (await worker.ReceiveEndAsync()).Error;
        var hasReadGoodbye = end.Status.DebugException is HttpProtocolException;
        Assert.Equal(hasReadGoodbye ? StatusCode.Internal : StatusCode.Unavailable, end.StatusCode);
    }

    [Fact]
    public async Task Stopping_NewCalls_AreRefusedAndTheServerIsNotReady()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        server.Server.Services.GetRequiredService<ServingState>().Stop();

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "SHUTTING_DOWN", () => server.PutAsync("orders/1"));
        using var worker = server.Connect();
        RpcAssert.Is(StatusCode.Unavailable, "SHUTTING_DOWN", (await worker.ReceiveEndAsync()).Error);
        using var ready = await server.GetAsync("/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }
}
