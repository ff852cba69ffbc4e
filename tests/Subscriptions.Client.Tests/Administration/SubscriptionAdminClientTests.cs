using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Administration;

/// <summary>What the server is asked about subscriptions, and what is made of its answers.</summary>
public sealed class SubscriptionAdminClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_WithPolicy_SaysAllOfIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new CreateSubscriptionResponse { Created = true, Subscription = new Subscription() });
        using var client = server.Connect();
        var definition = new SubscriptionDefinition("ship", "from Orders where Total > $least")
        {
            Parameters = """{"least":3}""",
            AckTimeout = TimeSpan.FromSeconds(30),
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 3,
                InitialBackoff = TimeSpan.FromSeconds(2),
                MaxBackoff = TimeSpan.FromMinutes(1),
                OnExhausted = ExhaustedAction.Stop,
                OnScriptError = ScriptErrorAction.DeadLetter,
            },
        };

        await client.Subscriptions.CreateAsync("shop", definition, cancellationToken: Cancelled).Within();

        var sent = Assert.IsType<CreateSubscriptionRequest>(Assert.Single(server.Answers.Requests)).Definition;
        Assert.Equal(definition, AdministrationMapping.FromWire(sent));
        Assert.Equal((V1.ExhaustedAction.Stop, V1.ScriptErrorAction.DeadLetter), (sent.RetryPolicy.OnExhausted, sent.RetryPolicy.OnScriptError));
        Assert.Equal(30, sent.AckTimeout.Seconds);
    }

    [Fact]
    public async Task Update_NothingNamed_LeavesEveryFieldAbsent()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new UpdateSubscriptionResponse { Subscription = new Subscription() });
        using var client = server.Connect();

        var result = await client.Subscriptions.UpdateAsync("shop", "ship", new SubscriptionUpdate(), Cancelled).Within();

        Assert.Equal(new UpdateSubscriptionRequest { Database = "shop", Name = "ship" }, Assert.Single(server.Answers.Requests));
        Assert.Equal((false, false), (result.Changed, result.Created));
    }

    [Fact]
    public async Task Update_EverythingNamed_NamesEveryField()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new UpdateSubscriptionResponse { Subscription = Described(), Changed = true, Created = true });
        using var client = server.Connect();
        var update = new SubscriptionUpdate
        {
            NewName = "ship2",
            Query = "from Orders",
            IncludeDeletes = false,
            Disabled = false,
            RetryPolicy = new RetryPolicy(),
            AckTimeout = TimeSpan.Zero,
            Parameters = string.Empty,
            Cursor = SubscriptionCursor.Now,
            CreateIfMissing = true,
        };

        var result = await client.Subscriptions.UpdateAsync("shop", "ship", update, Cancelled).Within();

        var sent = Assert.IsType<UpdateSubscriptionRequest>(Assert.Single(server.Answers.Requests));
        Assert.True(sent is { HasNewName: true, HasQuery: true, HasIncludeDeletes: true, HasDisabled: true, HasParameters: true, AllowMissing: true });
        Assert.Equal(new Duration(), sent.AckTimeout);
        Assert.Equal(5, sent.RetryPolicy.MaxAttempts);
        Assert.Equal(Cursor.PositionOneofCase.Now, sent.Cursor.PositionCase);
        Assert.True(result is { Changed: true, Created: true });
        Assert.Equal((4L, 2L, "3 failures"), (result.Subscription.RetryCount, result.Subscription.DeadLetterCount, result.Subscription.StoppedReason));
    }

    [Fact]
    public async Task Rename_NameTaken_ThrowsWithTheName()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.AddFailure(Wire.Error("SUBSCRIPTION_EXISTS", StatusCode.AlreadyExists, ("subscription", "ship2")));
        using var client = server.Connect();

        var failure = await Assert.ThrowsAsync<SubscriptionExistsException>(
            () => client.Subscriptions.RenameAsync("shop", "ship", "ship2", Cancelled).Within());

        Assert.Equal("ship2", failure.Subscription);
        var sent = new UpdateSubscriptionRequest { Database = "shop", Name = "ship", NewName = "ship2" };
        Assert.Equal(sent, Assert.Single(server.Answers.Requests));
    }

    [Fact]
    public async Task List_SeveralPages_AsksForEachWhenItIsNeeded()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new ListSubscriptionsResponse { Subscriptions = { Described("a"), Described("b") }, NextPageToken = "t1" });
        server.Answers.Add(new ListSubscriptionsResponse { NextPageToken = "t2" });
        server.Answers.Add(new ListSubscriptionsResponse { Subscriptions = { Described("c") } });
        using var client = server.Connect();
        var filter = new SubscriptionFilter { NamePrefix = "x", Disabled = false, Connected = true };
        await using var list = client.Subscriptions.ListAsync("shop", filter, Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.True(await list.MoveNextAsync().Within());
        Assert.Single(server.Answers.Requests);
        var names = new List<string> { list.Current.Definition.Name };
        while (await list.MoveNextAsync().Within()) names.Add(list.Current.Definition.Name);

        Assert.Equal(["a", "b", "c"], names);
        var requests = server.Answers.Requests.Cast<ListSubscriptionsRequest>().ToArray();
        Assert.Equal([string.Empty, "t1", "t2"], requests.Select(request => request.PageToken));
        Assert.All(requests, r => Assert.True(r is { NamePrefix: "x", HasDisabled: true, Disabled: false, HasConnected: true, Connected: true }));
    }

    [Fact]
    public async Task List_ServerNamesTheSamePageForEver_Ends()
    {
        await using var server = await ScriptedServer.StartAsync();
        for (var i = 0; i < 3; i++) server.Answers.Add(new ListSubscriptionsResponse { NextPageToken = "t1" });
        using var client = server.Connect();

        await Assert.ThrowsAsync<ProtocolViolationException>(
            () => client.Subscriptions.ListAsync("shop", cancellationToken: Cancelled).CountAsync(Cancelled).Within());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task DropWorker_ByToken_TellsWhetherThereWasOne(int dropped, bool expected)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new DropWorkersResponse { DroppedCount = dropped });
        using var client = server.Connect();

        Assert.Equal(expected, await client.Subscriptions.DropWorkerAsync("shop", "ship", 42, Cancelled).Within());

        Assert.Equal(new DropWorkersRequest { Database = "shop", Name = "ship", FencingToken = 42 }, Assert.Single(server.Answers.Requests));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.Subscriptions.DropWorkerAsync("shop", "ship", 0, Cancelled).Within());
    }

    private static Subscription Described(string name = "ship") => new()
    {
        Definition = new V1.SubscriptionDefinition { Name = name },
        RetryCount = 4,
        DeadLetterCount = 2,
        StoppedReason = "3 failures",
    };
}
