using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class SubscriptionAdminTests
{
    public static TheoryData<SubscriptionDefinition?, Cursor?, string> BadRequests => new()
    {
        { null, null, "definition" },
        { new SubscriptionDefinition { Query = "from Orders" }, null, "definition.name" },
        { new SubscriptionDefinition { Name = new string('n', 257), Query = "from Orders" }, null, "definition.name" },
        { new SubscriptionDefinition { Name = "a\nb", Query = "from Orders" }, null, "definition.name" },
        { new SubscriptionDefinition { Name = "ship" }, null, "definition.query" },
        { Definition(), new Cursor { ChangeVector = "nonsense" }, "start.change_vector" },
        { Definition(), new Cursor { ChangeVector = "p0:7-00000000000000aa" }, "start" },
        { Definition(), new Cursor { ResumeToken = "nonsense" }, "start.resume_token" },
        { Definition(), new Cursor { ResumeToken = "" }, "start.resume_token" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateSubscription_NewName_StandsAtTheBeginning()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.PutAsync("orders/1", "orders/2");

        var subscription = await server.CreateSubscriptionAsync();

        Assert.Equal(("ship", "from Orders", false), (subscription.Definition.Name, subscription.Definition.Query, subscription.Definition.Disabled));
        Assert.Equal(("", "0", 0, 2), (subscription.ChangeVector, subscription.ResumeToken, subscription.FencingToken, subscription.Lag));
        Assert.Null(subscription.LastAckAt);
        Assert.Equal(16, subscription.Id.Length);
    }

    [Fact]
    public async Task CreateSubscription_FromNow_HasNoLag()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.PutAsync("orders/1", "orders/2");

        var response = await CreateAsync(server, Definition(), new Cursor { Now = new Cursor.Types.Now() });

        Assert.Equal(0, response.Subscription.Lag);
        Assert.StartsWith("p0:2-", response.Subscription.ChangeVector, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateSubscription_SameDefinitionAgain_AnswersWithWhatExists()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var first = await CreateAsync(server, Definition());

        var second = await CreateAsync(server, Definition());

        Assert.Equal((true, false), (first.Created, second.Created));
        Assert.Equal(first.Subscription.Id, second.Subscription.Id);
    }

    [Fact]
    public async Task CreateSubscription_OtherDefinitionUnderTheNameInOtherCase_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var other = new SubscriptionDefinition { Name = "SHIP", Query = "from Companies" };

        var metadata = await RpcAssert.FailsAsync(StatusCode.AlreadyExists, "SUBSCRIPTION_EXISTS", () => CreateAsync(server, other));

        Assert.Equal(("shop", "ship"), (metadata["database"], metadata["subscription"]));
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task CreateSubscription_BadField_IsNamed(SubscriptionDefinition? definition, Cursor? start, string field)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => CreateAsync(server, definition, start));

        Assert.Equal(field, metadata["field"]);
    }

    [Fact]
    public async Task CreateSubscription_QueryThatCannotBeParsed_TellsWhere()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var definition = new SubscriptionDefinition { Name = "ship", Query = "from Orders\nwhere Company = = 1" };

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_QUERY", () => CreateAsync(server, definition));

        Assert.Equal(("definition.query", "2", "17"), (metadata["field"], metadata["line"], metadata["column"]));
    }

    [Fact]
    public async Task CreateSubscription_QueryAboveItsLimit_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var definition = new SubscriptionDefinition { Name = "ship", Query = $"from Orders where Company = '{new string('x', 64 * 1024)}'" };

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_QUERY", () => CreateAsync(server, definition));

        Assert.Equal("definition.query", metadata["field"]);
    }

    [Fact]
    public async Task CreateSubscription_LimitReached_NamesTheSetting()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { SubscriptionsPerDatabase = 1 } });
        await server.SetUpShopAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", () => server.CreateSubscriptionAsync("second"));

        Assert.Equal(("1", "Limits:SubscriptionsPerDatabase"), (metadata["limit"], metadata["setting"]));
    }

    [Fact]
    public async Task AnyCall_SubscriptionDoesNotExist_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var calls = new Func<Task>[]
        {
            () => server.GetSubscriptionAsync(),
            async () => await server.Subscriptions.DeleteSubscriptionAsync(
                new DeleteSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled),
            async () => await server.Subscriptions.EnableSubscriptionAsync(
                new EnableSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled),
            async () => await server.Subscriptions.DisableSubscriptionAsync(
                new DisableSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled),
            async () => await server.Subscriptions.DropWorkersAsync(
                new DropWorkersRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled),
            async () => await SetCursorAsync(server, new Cursor { Beginning = new Cursor.Types.Beginning() }),
        };

        foreach (var call in calls)
        {
            var metadata = await RpcAssert.FailsAsync(StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", call);
            Assert.Equal(("shop", "ship"), (metadata["database"], metadata["subscription"]));
        }
    }

    [Fact]
    public async Task ListSubscriptions_Several_AreInOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        foreach (var name in new[] { "ship", "Bill", "audit" }) await server.CreateSubscriptionAsync(name);

        var response = await server.Subscriptions.ListSubscriptionsAsync(
            new ListSubscriptionsRequest { Database = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.Equal(["audit", "Bill", "ship"], response.Subscriptions.Select(s => s.Definition.Name));
    }

    [Fact]
    public async Task GetSubscription_WorkedOn_TellsWhoWorksAndWaits()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var holder = await server.OpenAsync(Requests.Open(OpeningStrategy.Fail));
        using var waiting = server.Connect();
        await waiting.OpenAsync(Requests.Open(OpeningStrategy.Wait, worker: ""));
        await waiting.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting);
        await holder.ReceiveBatchAsync();

        var subscription = await server.GetSubscriptionAsync();

        var worker = Assert.Single(subscription.Workers);
        Assert.Equal(("worker-a", 1, 1, OpeningStrategy.Fail), (worker.Name, worker.FencingToken, worker.BatchesInFlight, worker.Strategy));
        Assert.Matches(@"^127\.0\.0\.1:\d+$", worker.Address);
        var next = Assert.Single(subscription.WaitingWorkers);
        Assert.Equal((next.Address, OpeningStrategy.Wait), (next.Name, next.Strategy));
    }

    [Fact]
    public async Task GetSubscription_AfterAnAck_ShowsProgressAndNothingInFlight()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        await worker.AckNextAsync();

        var subscription = await server.GetSubscriptionAsync();

        Assert.Equal(0, subscription.Workers[0].BatchesInFlight);
        Assert.Equal(0, subscription.Lag);
        Assert.NotNull(subscription.LastAckAt);
    }

    [Fact]
    public async Task DropWorkers_OneOfThem_LeavesTheOther()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var first = await server.OpenAsync();
        using var second = server.Connect();
        await second.OpenAsync(Requests.Open(OpeningStrategy.Wait, worker: "worker-b"));
        await second.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting);

        var response = await server.Subscriptions.DropWorkersAsync(
            new DropWorkersRequest { Database = "shop", Name = "ship", WorkerName = "worker-a" }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.Equal(1, response.DroppedCount);
        var (error, last) = await first.ReceiveEndAsync();
        RpcAssert.Is(StatusCode.Aborted, "DROPPED", error);
        Assert.False(last!.Closing.Reconnect);
        await second.ReceiveAsync(WorkResponse.MessageOneofCase.Opened);
    }

    [Fact]
    public async Task DisableSubscription_WorkedOn_EndsTheWorkerAndRefusesOthersUntilEnabled()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();

        var disabled = await server.Subscriptions.DisableSubscriptionAsync(
            new DisableSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.True(disabled.Subscription.Definition.Disabled);
        var metadata = RpcAssert.Is(StatusCode.FailedPrecondition, "SUBSCRIPTION_DISABLED", (await worker.ReceiveEndAsync()).Error);
        Assert.Equal(("shop", "ship"), (metadata["database"], metadata["subscription"]));
        using var refused = server.Connect();
        await refused.OpenAsync(Requests.Open());
        RpcAssert.Is(StatusCode.FailedPrecondition, "SUBSCRIPTION_DISABLED", (await refused.ReceiveEndAsync()).Error);

        await server.Subscriptions.EnableSubscriptionAsync(new EnableSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled);
        using var admitted = await server.OpenAsync();
    }

    [Fact]
    public async Task DeleteSubscription_WorkedOn_EndsTheWorkerForGood()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();

        await server.Subscriptions.DeleteSubscriptionAsync(
            new DeleteSubscriptionRequest { Database = "shop", Name = "Ship" }, cancellationToken: Cancelled).ResponseAsync.Within();

        var (error, last) = await worker.ReceiveEndAsync();
        RpcAssert.Is(StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", error);
        Assert.False(last!.Closing.Reconnect);
    }

    [Fact]
    public async Task SetCursor_WorkedOn_MakesTheWorkerReconnectAndDeliversAgain()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        await worker.AckNextAsync();

        var response = await SetCursorAsync(server, new Cursor { Beginning = new Cursor.Types.Beginning() });

        Assert.Equal("", response.Subscription.ChangeVector);
        var (error, last) = await worker.ReceiveEndAsync();
        RpcAssert.Is(StatusCode.Aborted, "SUBSCRIPTION_CHANGED", error);
        Assert.True(last!.Closing.Reconnect);
        using var again = await server.OpenAsync();
        Assert.Equal("orders/1", Assert.Single((await again.AckNextAsync()).Items).Id);
    }

    [Fact]
    public async Task SetCursor_ToWhereAnotherReaderStood_GoesOnFromThere()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        var first = await worker.AckNextAsync();
        await server.PutAsync("orders/2");
        await worker.AckNextAsync();

        foreach (var cursor in new[] { new Cursor { ResumeToken = first.ResumeToken }, new Cursor { ChangeVector = first.ChangeVector } })
        {
            var response = await SetCursorAsync(server, cursor);
            Assert.Equal((first.ChangeVector, 1), (response.Subscription.ChangeVector, response.Subscription.Lag));
        }
    }

    [Fact]
    public async Task SetCursor_WithoutACursor_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => SetCursorAsync(server, null));

        Assert.Equal("cursor", metadata["field"]);
    }

    private static SubscriptionDefinition Definition() => new() { Name = "ship", Query = "from Orders" };

    private static Task<CreateSubscriptionResponse> CreateAsync(ServerFixture server, SubscriptionDefinition? definition, Cursor? start = null) =>
        server.Subscriptions.CreateSubscriptionAsync(
            new CreateSubscriptionRequest { Database = "shop", Definition = definition, Start = start }, cancellationToken: Cancelled).ResponseAsync.Within();

    private static Task<SetCursorResponse> SetCursorAsync(ServerFixture server, Cursor? cursor) =>
        server.Subscriptions.SetCursorAsync(
            new SetCursorRequest { Database = "shop", Name = "ship", Cursor = cursor }, cancellationToken: Cancelled).ResponseAsync.Within();
}
