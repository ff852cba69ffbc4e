using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class DatabaseAdminTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<CreateDatabaseRequest, string> BadRequests => new()
    {
        { new CreateDatabaseRequest(), "name" },
        { new CreateDatabaseRequest { Name = "Shop" }, "name" },
        { new CreateDatabaseRequest { Name = "../shop" }, "name" },
        { new CreateDatabaseRequest { Name = new string('a', 239) }, "name" },
        { new CreateDatabaseRequest { Name = "shop", PartitionCount = -1 }, "partition_count" },
        { new CreateDatabaseRequest { Name = "shop", PartitionCount = 1025 }, "partition_count" },
        { With(new DatabaseSettings { MaxDocumentBytes = 0 }), "settings.max_document_bytes" },
        { With(new DatabaseSettings { MaxDocumentBytes = (64 * 1024 * 1024) + 1 }), "settings.max_document_bytes" },
        { With(new DatabaseSettings { TombstoneRetention = new Duration { Seconds = 59 } }), "settings.tombstone_retention" },
        { With(new DatabaseSettings { TombstoneRetention = new Duration { Seconds = -60 } }), "settings.tombstone_retention" },
        { With(new DatabaseSettings { TombstoneRetention = new Duration { Seconds = long.MaxValue } }), "settings.tombstone_retention" },
        { With(new DatabaseSettings { TombstoneRetention = new Duration { Seconds = 60, Nanos = -1 } }), "settings.tombstone_retention" },
        { With(new DatabaseSettings { PurgeHold = new Duration { Seconds = -1 } }), "settings.purge_hold" },
        { With(new DatabaseSettings { PurgeHold = new Duration { Seconds = (3650 * 86_400) + 1 } }), "settings.purge_hold" },
    };

    [Fact]
    public async Task CreateDatabase_NewName_TellsWhatItIsLike()
    {
        await using var server = await ServerFixture.StartAsync();

        var response = await CreateAsync(server, new CreateDatabaseRequest { Name = "shop", PartitionCount = 3 });

        Assert.True(response.Created);
        Assert.Equal(("shop", 3, 3 * 1024 * 1024), (response.Database.Name, response.Database.PartitionCount, response.Database.Settings.MaxDocumentBytes));
        Assert.Equal(TimeSpan.FromDays(7), response.Database.Settings.TombstoneRetention.ToTimeSpan());
        Assert.Equal([0, 1, 2], response.Database.Partitions.Select(p => p.Partition));
        Assert.All(response.Database.Partitions, p => Assert.Equal(16, Assert.Single(p.FailoverLog).Branch.Length));
    }

    [Fact]
    public async Task CreateDatabase_SameSettingsAgain_AnswersWithWhatExists()
    {
        await using var server = await ServerFixture.StartAsync();
        await CreateAsync(server, new CreateDatabaseRequest { Name = "shop" });

        var again = await CreateAsync(server, new CreateDatabaseRequest { Name = "shop", PartitionCount = 1 });

        Assert.False(again.Created);
    }

    [Fact]
    public async Task CreateDatabase_OtherSettings_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await CreateAsync(server, new CreateDatabaseRequest { Name = "shop" });

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.AlreadyExists, "DATABASE_EXISTS", () => CreateAsync(server, new CreateDatabaseRequest { Name = "shop", PartitionCount = 2 }));

        Assert.Equal("shop", metadata["database"]);
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task CreateDatabase_FieldOutsideItsLimit_IsNamed(CreateDatabaseRequest request, string field)
    {
        await using var server = await ServerFixture.StartAsync();

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => CreateAsync(server, request));

        Assert.Equal(field, metadata["field"]);
        Assert.Empty((await server.Databases.ListDatabasesAsync(new ListDatabasesRequest(), cancellationToken: Cancelled)).Databases);
    }

    [Fact]
    public async Task CreateDatabase_LimitReached_NamesTheSetting()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { Databases = 1 } });
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", () => CreateAsync(server, new CreateDatabaseRequest { Name = "second" }));

        Assert.Equal(("1", "Limits:Databases"), (metadata["limit"], metadata["setting"]));
    }

    [Fact]
    public async Task GetDatabase_AfterWrites_CountsThem()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(Requests.Put("orders/1"), Requests.Put("orders/2"), new WriteOperation { Id = "orders/1", Delete = new DeleteAction() });

        var database = (await server.Databases.GetDatabaseAsync(new GetDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled)).Database;

        Assert.Equal((1, 1, 3), (database.DocumentCount, database.TombstoneCount, database.Partitions[0].HighSeqno));
    }

    [Fact]
    public async Task ListDatabases_Several_AreInOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync("shop");
        await server.CreateDatabaseAsync("archive");

        var response = await server.Databases.ListDatabasesAsync(new ListDatabasesRequest(), cancellationToken: Cancelled);

        Assert.Equal(["archive", "shop"], response.Databases.Select(d => d.Name));
    }

    [Fact]
    public async Task DropDatabase_WithAWorker_EndsItForGood()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();

        await server.Databases.DropDatabaseAsync(new DropDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();

        var (error, last) = await worker.ReceiveEndAsync();
        Assert.Equal("shop", RpcAssert.Is(StatusCode.Aborted, "DATABASE_DROPPED", error)["database"]);
        Assert.False(last!.Closing.Reconnect);
        await AssertGoneAsync(server);
    }

    [Fact]
    public async Task AnyCall_DatabaseDoesNotExist_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();

        await AssertGoneAsync(server);
    }

    private static async Task AssertGoneAsync(ServerFixture server)
    {
        await RpcAssert.FailsAsync(
            StatusCode.NotFound, "DATABASE_NOT_FOUND", server.Databases.GetDatabaseAsync(new GetDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled));
        await RpcAssert.FailsAsync(
            StatusCode.NotFound, "DATABASE_NOT_FOUND", server.Databases.DropDatabaseAsync(new DropDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => server.PutAsync("orders/1"));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => server.CreateSubscriptionAsync());
        using var worker = server.Connect();
        await worker.OpenAsync(Requests.Open());
        Assert.Equal("shop", RpcAssert.Is(StatusCode.NotFound, "DATABASE_NOT_FOUND", (await worker.ReceiveEndAsync()).Error)["database"]);
    }

    private static CreateDatabaseRequest With(DatabaseSettings settings) => new() { Name = "shop", Settings = settings };

    private static Task<CreateDatabaseResponse> CreateAsync(ServerFixture server, CreateDatabaseRequest request) =>
        server.Databases.CreateDatabaseAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
}
