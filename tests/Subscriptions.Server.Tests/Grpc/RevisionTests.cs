using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class RevisionTests
{
    public static TheoryData<SetRevisionsRequest, string> BadRequests => new()
    {
        { new SetRevisionsRequest { Name = "shop" }, "revisions" },
        { Request(new CollectionRevisions()), "revisions.collection" },
        { Request(new CollectionRevisions { Collection = "@mine" }), "revisions.collection" },
        { Request(new CollectionRevisions { Collection = "Orders", MaxCount = 0 }), "revisions.max_count" },
        { Request(new CollectionRevisions { Collection = "Orders", MaxAge = new Duration() }), "revisions.max_age" },
        { Request(new CollectionRevisions { Collection = "Orders", MaxAge = new Duration { Nanos = -1, Seconds = 1 } }), "revisions.max_age" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetRevisions_ExistingDatabase_HoldsFromThenOnAndIsShown()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var revisions = new CollectionRevisions
        {
            Collection = "Orders",
            MaxCount = 5,
            MaxAge = Duration.FromTimeSpan(TimeSpan.FromHours(3)),
            PurgeOnDelete = true,
        };

        var set = await SetAsync(server, Request(revisions));
        await SetAsync(server, Request(revisions));
        await SetAsync(server, Request(new CollectionRevisions { Collection = "@all_docs", Disabled = true }));
        await server.PutAsync("orders/1");
        await server.PutAsync("orders/1");

        Assert.Equal(revisions, Assert.Single(set.Settings.Revisions));
        var database = (await server.Databases.GetDatabaseAsync(new GetDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled)).Database;
        Assert.Equal(["@all_docs", "Orders"], database.Settings.Revisions.Select(r => r.Collection));
        Assert.Equal((1, 2), (database.DocumentCount, database.RevisionCount));
        var removed = await SetAsync(server, new SetRevisionsRequest { Name = "shop", Revisions = revisions, Remove = true });
        Assert.Equal(["@all_docs"], removed.Settings.Revisions.Select(r => r.Collection));
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task SetRevisions_FieldOutsideItsLimit_IsNamed(SetRevisionsRequest request, string field)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", server.Databases.SetRevisionsAsync(request, cancellationToken: Cancelled));

        Assert.Equal(field, metadata["field"]);
    }

    [Fact]
    public async Task SetRevisions_NoSuchDatabase_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();

        await RpcAssert.FailsAsync(
            StatusCode.NotFound,
            "DATABASE_NOT_FOUND",
            server.Databases.SetRevisionsAsync(Request(new CollectionRevisions { Collection = "Orders" }), cancellationToken: Cancelled));
    }

    [Fact]
    public async Task CreateDatabase_WithRevisions_KeepsThemAndRefusesACollectionThatIsThereTwice()
    {
        await using var server = await ServerFixture.StartAsync();
        var orders = new CollectionRevisions { Collection = "Orders" };
        var request = new CreateDatabaseRequest { Name = "shop", Settings = new DatabaseSettings { Revisions = { orders } } };

        var created = await server.Databases.CreateDatabaseAsync(request, cancellationToken: Cancelled);
        Assert.Equal(orders, Assert.Single(created.Database.Settings.Revisions));
        Assert.False((await server.Databases.CreateDatabaseAsync(request, cancellationToken: Cancelled)).Created);
        request.Settings.Revisions.Add(orders.Clone());
        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", server.Databases.CreateDatabaseAsync(request, cancellationToken: Cancelled));
        Assert.Equal("settings.revisions[1].collection", metadata["field"]);
    }

    [Fact]
    public async Task ListRevisions_PageByPage_TheNewestFirst()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server);
        for (var i = 0; i < 4; i++) await server.WriteAsync(Requests.Put("orders/1", $$"""{"n":{{i}}}"""));
        await server.WriteAsync(new WriteOperation { Id = "orders/1", Delete = new DeleteAction() });

        var request = new ListRevisionsRequest { Database = "shop", Id = "orders/1", PageSize = 2 };
        var pages = new List<ListRevisionsResponse>();
        do
        {
            pages.Add(await server.Documents.ListRevisionsAsync(request, cancellationToken: Cancelled));
            request.PageToken = pages[^1].NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([2, 2, 1], pages.Select(p => p.Revisions.Count));
        var all = pages.SelectMany(p => p.Revisions).ToList();
        Assert.Equal([5, 4, 3, 2, 1], all.Select(r => (int)r.Seqno));
        Assert.Equal((RevisionKind.Delete, 0), (all[0].Kind, all[0].ContentBytes));
        Assert.Equal((RevisionKind.Put, 7, "Orders"), (all[1].Kind, all[1].ContentBytes, all[1].Collection));
        Assert.InRange(all[4].ChangedAt.ToDateTimeOffset(), all[4].ChangedAt.ToDateTimeOffset(), all[0].ChangedAt.ToDateTimeOffset());
    }

    [Theory]
    [InlineData("", 0, "", "id")]
    [InlineData("orders/1", 1001, "", "page_size")]
    [InlineData("orders/1", -1, "", "page_size")]
    [InlineData("orders/1", 0, "-7", "page_token")]
    [InlineData("orders/1", 0, "x", "page_token")]
    public async Task ListRevisions_FieldOutsideItsLimit_IsNamed(string id, int size, string token, string field)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var request = new ListRevisionsRequest { Database = "shop", Id = id, PageSize = size, PageToken = token };

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", server.Documents.ListRevisionsAsync(request, cancellationToken: Cancelled));

        Assert.Equal(field, metadata["field"]);
    }

    [Fact]
    public async Task GetDocument_OfARevision_IsTheDocumentAsItWas()
    {
        await using var server = await ServerFixture.StartAsync();
        await SetUpAsync(server);
        var first = (await server.WriteAsync(Requests.Put("orders/1", """{"n":1}"""))).Outcomes[0].Revision;
        await server.WriteAsync(Requests.Put("orders/1", """{"n":2}"""));

        var document = await GetAsync(server, first);

        Assert.Equal(("""{"n":1}""", first, 1), (document.Content.ToStringUtf8(), document.Revision, document.Seqno));
        Assert.Equal("""{"n":2}""", (await GetAsync(server, "")).Content.ToStringUtf8());
        var missing = $"1-{new string('0', 32)}";
        var metadata = await RpcAssert.FailsAsync(StatusCode.NotFound, "DOCUMENT_NOT_FOUND", () => GetAsync(server, missing));
        Assert.Equal(missing, metadata["revision"]);
        metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => GetAsync(server, "first"));
        Assert.Equal("revision", metadata["field"]);
    }

    private static SetRevisionsRequest Request(CollectionRevisions revisions) => new() { Name = "shop", Revisions = revisions };

    private static async Task SetUpAsync(ServerFixture server)
    {
        await server.CreateDatabaseAsync();
        await SetAsync(server, Request(new CollectionRevisions { Collection = "Orders" }));
    }

    private static async Task<Database> SetAsync(ServerFixture server, SetRevisionsRequest request) =>
        (await server.Databases.SetRevisionsAsync(request, cancellationToken: Cancelled).ResponseAsync.Within()).Database;

    private static async Task<Document> GetAsync(ServerFixture server, string revision)
    {
        var request = new GetDocumentRequest { Database = "shop", Id = "orders/1", Revision = revision };
        return (await server.Documents.GetDocumentAsync(request, cancellationToken: Cancelled).ResponseAsync.Within()).Document;
    }
}
