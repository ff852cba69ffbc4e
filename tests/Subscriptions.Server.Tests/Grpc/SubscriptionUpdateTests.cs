using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Definitions with all they can have, and what updates make of them.</summary>
public sealed class SubscriptionUpdateTests
{
    public static TheoryData<UpdateSubscriptionRequest, string, string> BadUpdates => new()
    {
        { new() { Name = "" }, "name", "" },
        { new() { NewName = new string('n', 257) }, "new_name", new string('n', 80) + "…" },
        { new() { Query = "" }, "query", "" },
        { new() { Parameters = "[1]" }, "parameters", "[1]" },
        { new() { RetryPolicy = new RetryPolicy { MaxAttempts = 1001 } }, "retry_policy.max_attempts", "1001" },
        { new() { RetryPolicy = new RetryPolicy { MaxAttempts = -1 } }, "retry_policy.max_attempts", "-1" },
        { new() { RetryPolicy = new RetryPolicy { InitialBackoff = Seconds(-1) } }, "retry_policy.initial_backoff", "-00:00:01" },
        { new() { RetryPolicy = new RetryPolicy { MaxBackoff = Seconds(86_401) } }, "retry_policy.max_backoff", "1.00:00:01" },
        { new() { RetryPolicy = new RetryPolicy { OnExhausted = (ExhaustedAction)9 } }, "retry_policy.on_exhausted", "9" },
        { new() { RetryPolicy = new RetryPolicy { OnScriptError = (ScriptErrorAction)9 } }, "retry_policy.on_script_error", "9" },
        { new() { AckTimeout = new Duration { Nanos = 1_000_000 } }, "ack_timeout", "00:00:00.0010000" },
        { new() { AckTimeout = Seconds(-5) }, "ack_timeout", "-00:00:05" },
        { new() { AckTimeout = new Duration { Seconds = 1, Nanos = -1 } }, "ack_timeout", "1s -1ns" },
        { new() { Cursor = new Cursor { ResumeToken = "nonsense" } }, "cursor.resume_token", "nonsense" },
        { new() { Cursor = new Cursor { ChangeVector = "p0:7-00000000000000aa" } }, "cursor", "00000000000000aa" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_WithEverything_ShowsEverything()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var definition = new SubscriptionDefinition
        {
            Name = "ship",
            Query = "from Orders where Total > $least",
            IncludeDeletes = true,
            Disabled = true,
            Parameters = """{"least": 3}""",
            AckTimeout = Seconds(30),
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 3,
                InitialBackoff = Seconds(0),
                MaxBackoff = Seconds(60),
                OnExhausted = ExhaustedAction.Stop,
                OnScriptError = ScriptErrorAction.Retry,
            },
        };

        var created = await server.Subscriptions.CreateSubscriptionAsync(
            new CreateSubscriptionRequest { Database = "shop", Definition = definition }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.Equal(definition, created.Subscription.Definition);
        Assert.Equal(definition, (await server.GetSubscriptionAsync()).Definition);
    }

    [Fact]
    public async Task Create_WithoutAPolicy_ShowsTheDefaults()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();

        var shown = (await server.GetSubscriptionAsync()).Definition;

        var policy = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = Seconds(1),
            MaxBackoff = Seconds(300),
            OnExhausted = ExhaustedAction.DeadLetter,
            OnScriptError = ScriptErrorAction.Deliver,
        };
        Assert.Equal((policy, null, ""), (shown.RetryPolicy, shown.AckTimeout, shown.Parameters));
    }

    [Fact]
    public async Task Create_BadPolicy_IsNamedWithinTheDefinition()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var definition = new SubscriptionDefinition { Name = "ship", Query = "from Orders", RetryPolicy = new RetryPolicy { MaxAttempts = 1001 } };

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument,
            "INVALID_ARGUMENT",
            server.Subscriptions.CreateSubscriptionAsync(
                new CreateSubscriptionRequest { Database = "shop", Definition = definition }, cancellationToken: Cancelled));

        Assert.Equal("definition.retry_policy.max_attempts", metadata["field"]);
    }

    [Fact]
    public async Task Update_OneField_LeavesTheOthers()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var before = await server.GetSubscriptionAsync();

        var response = await UpdateAsync(server, new UpdateSubscriptionRequest { Name = "SHIP", AckTimeout = Seconds(20) });

        var expected = before.Definition.Clone();
        expected.AckTimeout = Seconds(20);
        Assert.Equal(expected, response.Subscription.Definition);
        Assert.Equal((true, false, before.Id), (response.Changed, response.Created, response.Subscription.Id));
        var again = await UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", AckTimeout = Seconds(20) });
        Assert.False(again.Changed);
        var without = await UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", AckTimeout = Seconds(0) });
        Assert.Equal(before.Definition, without.Subscription.Definition);
    }

    [Fact]
    public async Task Update_Rename_KeepsWorkerAndProgress()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        await worker.AckNextAsync();

        await UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", NewName = "Versand" });

        var renamed = await server.GetSubscriptionAsync("versand");
        Assert.Equal(("Versand", 0, 1), (renamed.Definition.Name, renamed.Lag, renamed.Workers.Count));
        await server.PutAsync("orders/2");
        Assert.Equal("orders/2", Assert.Single((await worker.AckNextAsync()).Items).Id);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", () => server.GetSubscriptionAsync());
    }

    [Fact]
    public async Task Update_RenameToATakenName_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.CreateSubscriptionAsync("bill");

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.AlreadyExists,
            "SUBSCRIPTION_EXISTS",
            () => UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", NewName = "BILL", Query = "from Companies" }));

        Assert.Equal("shop", metadata["database"]);
        Assert.Equal("from Orders", (await server.GetSubscriptionAsync()).Definition.Query);
    }

    [Fact]
    public async Task Update_QueryWhileWorkedOn_MakesTheWorkerReconnect()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();

        await UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", Query = "from Companies" });

        var (error, last) = await worker.ReceiveEndAsync();
        RpcAssert.Is(StatusCode.Aborted, "SUBSCRIPTION_CHANGED", error);
        Assert.True(last!.Closing.Reconnect);
    }

    [Fact]
    public async Task Update_CursorToTheBeginning_DeliversAgain()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using (var worker = await server.OpenAsync()) await worker.AckNextAsync();

        var response = await UpdateAsync(
            server, new UpdateSubscriptionRequest { Name = "ship", Cursor = new Cursor { Beginning = new Cursor.Types.Beginning() } });

        Assert.Equal(("", 1), (response.Subscription.ChangeVector, response.Subscription.Lag));
    }

    [Fact]
    public async Task Update_MissingAndAllowed_Creates()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.PutAsync("orders/1");
        var request = new UpdateSubscriptionRequest
        {
            Name = "ship",
            Query = "from Orders",
            AllowMissing = true,
            Cursor = new Cursor { Now = new Cursor.Types.Now() },
        };

        var first = await UpdateAsync(server, request);
        request.Cursor = null;
        var second = await UpdateAsync(server, request);

        Assert.Equal((true, true, 0), (first.Created, first.Changed, first.Subscription.Lag));
        Assert.Equal((false, false), (second.Created, second.Changed));
    }

    [Fact]
    public async Task Update_MissingAndAllowedWithoutAQuery_NamesTheField()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument,
            "INVALID_ARGUMENT",
            () => UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", AllowMissing = true }));

        Assert.Equal("query", metadata["field"]);
    }

    [Fact]
    public async Task Update_Missing_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        await RpcAssert.FailsAsync(
            StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", () => UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship" }));
    }

    [Fact]
    public async Task Update_QueryThatCannotBeParsed_NamesTheRequestsOwnField()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => UpdateAsync(server, new UpdateSubscriptionRequest { Name = "ship", Query = "from Orders where = 1" }));

        var metadata = RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_QUERY", failure);
        Assert.Equal(("query", "1", "19"), (metadata["field"], metadata["line"], metadata["column"]));
        Assert.StartsWith("query: ", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadUpdates))]
    public async Task Update_BadField_IsNamedWithItsValueAndNothingChanges(UpdateSubscriptionRequest request, string field, string value)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var before = await server.GetSubscriptionAsync();
        if (field != "name") request.Name = "ship";

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => UpdateAsync(server, request));

        Assert.Equal((field, value), (metadata["field"], metadata["value"]));
        Assert.Equal(before, await server.GetSubscriptionAsync());
    }

    [Fact]
    public async Task DropWorkers_ByToken_EndsThatOneAlone()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var first = await server.OpenAsync(Requests.Open(OpeningStrategy.Concurrent));
        using var second = await server.OpenAsync(Requests.Open(OpeningStrategy.Concurrent));
        var tokens = (await server.GetSubscriptionAsync()).Workers.Select(w => w.FencingToken).Order().ToArray();

        var dropped = await DropAsync(server, tokens[1]);
        var nobody = await DropAsync(server, tokens[1] + 100);

        Assert.Equal((1, 0), (dropped.DroppedCount, nobody.DroppedCount));
        RpcAssert.Is(StatusCode.Aborted, "DROPPED", (await second.ReceiveEndAsync()).Error);
        Assert.Equal(tokens[0], Assert.Single((await server.GetSubscriptionAsync()).Workers).FencingToken);
        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => DropAsync(server, -1));
        Assert.Equal(("fencing_token", "-1"), (metadata["field"], metadata["value"]));
    }

    private static Duration Seconds(long seconds) => new() { Seconds = seconds };

    private static Task<UpdateSubscriptionResponse> UpdateAsync(ServerFixture server, UpdateSubscriptionRequest request)
    {
        request.Database = "shop";
        return server.Subscriptions.UpdateSubscriptionAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
    }

    private static Task<DropWorkersResponse> DropAsync(ServerFixture server, long token) =>
        server.Subscriptions.DropWorkersAsync(
            new DropWorkersRequest { Database = "shop", Name = "ship", FencingToken = token }, cancellationToken: Cancelled).ResponseAsync.Within();
}
