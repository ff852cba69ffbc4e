using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Items that a worker nacks, on their way to the dead letters and back.</summary>
public sealed class DeadLetterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nack_LastAttempt_IsListedAndCounted()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server, attempts: 1);
        await server.PutAsync("orders/1", "orders/2");
        await FailAsync(server, "no stock", "orders/2");

        var list = await ListAsync(server);

        var item = Assert.Single(list.Items);
        Assert.Equal(("orders/2", 0, 2, 1, "no stock", "worker-a"), (item.Id, item.Partition, item.Seqno, item.Attempts, item.Reason, item.WorkerName));
        Assert.Null(item.DueAt);
        Assert.True(item.FirstFailedAt <= item.LastFailedAt, $"{item}");
        var subscription = await server.GetSubscriptionAsync();
        Assert.Equal((1, 0, 0), (subscription.DeadLetterCount, subscription.RetryCount, subscription.Lag));
    }

    [Fact]
    public async Task Nack_AttemptsLeft_IsListedAsARetryThatIsDue()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server, attempts: 5);
        await server.PutAsync("orders/1");
        await FailAsync(server, "no stock", "orders/1");

        var list = await server.DeadLetters.ListRetriesAsync(
            new ListRetriesRequest { Database = "shop", Subscription = "ship" }, cancellationToken: Cancelled).ResponseAsync.Within();

        var item = Assert.Single(list.Items);
        Assert.True(item.DueAt > item.LastFailedAt, $"{item}");
        Assert.Empty((await ListAsync(server)).Items);
        Assert.Equal(1, (await server.GetSubscriptionAsync()).RetryCount);
    }

    [Fact]
    public async Task Replay_ByIdAndAll_DeliversThemAgain()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server, attempts: 1);
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        await FailAsync(server, "no stock", "orders/1", "orders/2", "orders/3");

        var one = await ReplayAsync(server, new ReplayDeadLettersRequest { Ids = { "orders/2", "orders/unknown" } });
        using (var worker = await server.OpenAsync())
        {
            var item = Assert.Single((await worker.AckNextAsync()).Items);
            Assert.Equal(("orders/2", 1), (item.Id, item.Attempt));
        }

        var rest = await ReplayAsync(server, new ReplayDeadLettersRequest { All = true });

        Assert.Equal((1, 2), (one.ReplayedCount, rest.ReplayedCount));
        using var again = await server.OpenAsync();
        var ids = new List<string>();
        while (ids.Count < 2) ids.AddRange((await again.AckNextAsync()).Items.Select(i => i.Id));
        Assert.Equal(["orders/1", "orders/3"], ids.Order());
    }

    [Fact]
    public async Task Discard_ByIdAndAll_ForgetsThem()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server, attempts: 1);
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        await FailAsync(server, "no stock", "orders/1", "orders/2", "orders/3");

        var one = await DiscardAsync(server, new DiscardDeadLettersRequest { Ids = { "orders/2" } });
        Assert.Equal(["orders/1", "orders/3"], (await ListAsync(server)).Items.Select(i => i.Id));
        var rest = await DiscardAsync(server, new DiscardDeadLettersRequest { All = true });

        Assert.Equal((1, 2), (one.DiscardedCount, rest.DiscardedCount));
        Assert.Empty((await ListAsync(server)).Items);
        Assert.Equal(0, (await server.GetSubscriptionAsync()).DeadLetterCount);
    }

    [Fact]
    public async Task List_Pages_ShowEachItemOnce()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server, attempts: 1);
        var ids = Enumerable.Range(0, 5).Select(i => $"orders/{i}").ToArray();
        await server.PutAsync(ids);
        await FailAsync(server, "no stock", ids);
        var request = new ListDeadLettersRequest { Database = "shop", Subscription = "ship", PageSize = 2 };
        var sizes = new List<int>();
        var listed = new List<string>();
        do
        {
            var page = await server.DeadLetters.ListDeadLettersAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
            sizes.Add(page.Items.Count);
            listed.AddRange(page.Items.Select(i => i.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([2, 2, 1], sizes);
        Assert.Equal(ids, listed);
    }

    [Theory]
    [InlineData(-1, "", "page_size", "-1")]
    [InlineData(1001, "", "page_size", "1001")]
    [InlineData(0, "!", "page_token", "!")]
    public async Task List_BadPage_IsNamed(int size, string token, string field, string value)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var letters = new ListDeadLettersRequest { Database = "shop", Subscription = "ship", PageSize = size, PageToken = token };
        var retries = new ListRetriesRequest { Database = "shop", Subscription = "ship", PageSize = size, PageToken = token };

        var first = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", server.DeadLetters.ListDeadLettersAsync(letters, cancellationToken: Cancelled));
        var second = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", server.DeadLetters.ListRetriesAsync(retries, cancellationToken: Cancelled));

        Assert.Equal((field, value), (first["field"], first["value"]));
        Assert.Equal((field, value), (second["field"], second["value"]));
    }

    [Fact]
    public async Task Settle_BadIds_AreNamed()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var tooMany = Enumerable.Range(0, 1001).Select(i => $"orders/{i}").ToArray();
        var cases = new (string[] Ids, bool All, string Field)[]
        {
            ([], false, "ids"),
            (["orders/1"], true, "ids"),
            (tooMany, false, "ids"),
            (["orders/1", ""], false, "ids[1]"),
            ([new string('x', 513)], false, "ids[0]"),
        };

        foreach (var (ids, all, field) in cases)
        {
            var replay = await RpcAssert.FailsAsync(
                StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => ReplayAsync(server, new ReplayDeadLettersRequest { Ids = { ids }, All = all }));
            var discard = await RpcAssert.FailsAsync(
                StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => DiscardAsync(server, new DiscardDeadLettersRequest { Ids = { ids }, All = all }));
            Assert.Equal((field, field), (replay["field"], discard["field"]));
        }
    }

    [Fact]
    public async Task AnyCall_SubscriptionDoesNotExist_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var calls = new Func<Task>[]
        {
            () => ListAsync(server),
            async () => await server.DeadLetters.ListRetriesAsync(
                new ListRetriesRequest { Database = "shop", Subscription = "ship" }, cancellationToken: Cancelled),
            () => ReplayAsync(server, new ReplayDeadLettersRequest { All = true }),
            () => DiscardAsync(server, new DiscardDeadLettersRequest { All = true }),
        };

        foreach (var call in calls) await RpcAssert.FailsAsync(StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", call);
    }

    private static async Task SetUpAsync(ServerFixture server, int attempts)
    {
        await server.CreateDatabaseAsync();
        var definition = new SubscriptionDefinition
        {
            Name = "ship",
            Query = "from Orders",
            RetryPolicy = new RetryPolicy { MaxAttempts = attempts, InitialBackoff = Duration.FromTimeSpan(TimeSpan.FromHours(1)), MaxBackoff = Duration.FromTimeSpan(TimeSpan.FromHours(1)) },
        };
        await server.Subscriptions.CreateSubscriptionAsync(
            new CreateSubscriptionRequest { Database = "shop", Definition = definition }, cancellationToken: Cancelled).ResponseAsync.Within();
    }

    /// <summary>A worker nacks these items of the one batch that there is, acks the rest, and leaves.</summary>
    private static async Task FailAsync(ServerFixture server, string reason, params string[] ids)
    {
        using var worker = await server.OpenAsync();
        var batch = await worker.ReceiveBatchAsync();
        await worker.NackItemsAsync(batch.BatchId, reason, ids);
        await worker.AckAsync(batch.BatchId);
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);
        await worker.HalfCloseAsync();
        await worker.ReceiveGoodEndAsync();
    }

    private static Task<ListDeadLettersResponse> ListAsync(ServerFixture server) =>
        server.DeadLetters.ListDeadLettersAsync(
            new ListDeadLettersRequest { Database = "shop", Subscription = "ship" }, cancellationToken: Cancelled).ResponseAsync.Within();

    private static Task<ReplayDeadLettersResponse> ReplayAsync(ServerFixture server, ReplayDeadLettersRequest request)
    {
        (request.Database, request.Subscription) = ("shop", "ship");
        return server.DeadLetters.ReplayDeadLettersAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
    }

    private static Task<DiscardDeadLettersResponse> DiscardAsync(ServerFixture server, DiscardDeadLettersRequest request)
    {
        (request.Database, request.Subscription) = ("shop", "ship");
        return server.DeadLetters.DiscardDeadLettersAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
    }
}
