using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Queries that are tried before subscriptions are made of them.</summary>
public sealed class TryQueryTests
{
    public static TheoryData<TryQueryRequest, string, string> BadRequests => new()
    {
        { new() { Query = "" }, "query", "" },
        { new() { MaxItems = -1 }, "max_items", "-1" },
        { new() { MaxItems = 1001 }, "max_items", "1001" },
        { new() { MaxTime = new Duration() }, "max_time", "00:00:00" },
        { new() { MaxTime = new Duration { Seconds = 31 } }, "max_time", "00:00:31" },
        { new() { MaxTime = new Duration { Seconds = 1, Nanos = -1 } }, "max_time", "1s -1ns" },
        { new() { Parameters = "nonsense" }, "parameters", "nonsense" },
        { new() { Start = new Cursor { ResumeToken = "nonsense" } }, "start.resume_token", "nonsense" },
        { new() { Start = new Cursor { ChangeVector = "p0:7-00000000000000aa" } }, "start", "00000000000000aa" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Try_Matches_AreThoseThatAWorkerWouldGet()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(
            Requests.Put("orders/1", """{"Total":1}"""), Requests.Put("orders/2", """{"Total":5}"""), Requests.Put("companies/1", """{"Total":9}""", "Companies"));

        var response = await TryAsync(server, new TryQueryRequest { Query = "from Orders where Total > $least", Parameters = """{"least":3}""" });

        var item = Assert.Single(response.Items);
        Assert.Equal(("orders/2", "Orders", 2L, 1, """{"Total":5}"""), (item.Id, item.Collection, item.Seqno, item.Attempt, item.Content.ToStringUtf8()));
        Assert.Equal(ChangeKind.Put, item.Kind);
        Assert.True(response.IsComplete);
        Assert.StartsWith("3-", response.ResumeToken, StringComparison.Ordinal);
        Assert.Equal("", (await server.CreateSubscriptionAsync()).ChangeVector);
    }

    [Fact]
    public async Task Try_MoreThanTheLimit_GoesOnFromItsToken()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: 3);
        var ids = Enumerable.Range(0, 25).Select(i => $"orders/{i}").ToArray();
        await server.PutAsync(ids);
        var request = new TryQueryRequest { Query = "from Orders" };
        var found = new List<string>();
        var scanned = 0L;
        TryQueryResponse response;
        do
        {
            response = await TryAsync(server, request);
            Assert.InRange(response.Items.Count, 0, 10);
            found.AddRange(response.Items.Select(i => i.Id));
            scanned += response.Scanned;
            request.Start = new Cursor { ResumeToken = response.ResumeToken };
        }
        while (!response.IsComplete);

        Assert.Equal(ids.Order(), found.Order());
        Assert.Equal(25, scanned);
    }

    [Fact]
    public async Task Try_Deletions_AreShownOnlyWhenAskedFor()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.PutAsync("orders/1");
        await server.Documents.DeleteDocumentAsync(new DeleteDocumentRequest { Database = "shop", Id = "orders/1" }, cancellationToken: Cancelled);

        var without = await TryAsync(server, new TryQueryRequest { Query = "from Orders" });
        var with = await TryAsync(server, new TryQueryRequest { Query = "from Orders", IncludeDeletes = true });

        Assert.Empty(without.Items);
        Assert.Equal(ChangeKind.Delete, Assert.Single(with.Items).Kind);
    }

    [Fact]
    public async Task Try_SelectAndInclude_BringWhatTheyName()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(
            Requests.Put("companies/11", """{"Name":"Alfred"}""", "Companies"),
            Requests.Put("orders/1"),
            Requests.Put("orders/2"),
            Requests.Put("orders/3", """{"Company":"companies/gone"}"""));

        var response = await TryAsync(server, new TryQueryRequest { Query = "from Orders select Company as Buyer include Company" });

        Assert.Equal("""{"Buyer":"companies/11"}""", response.Items[0].Content.ToStringUtf8());
        Assert.Equal(3, response.Items.Count);
        var include = Assert.Single(response.Includes);
        Assert.Equal(("companies/11", """{"Name":"Alfred"}"""), (include.Id, include.Content.ToStringUtf8()));
    }

    [Fact]
    public async Task Try_LargeDocuments_StayBelowTwoMebibytesUnlessOneIsLarger()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        foreach (var (id, size) in new[] { ("a", 900_000), ("b", 900_000), ("c", 900_000), ("d", 2_500_000) })
            await server.WriteAsync(Requests.Put(id, Requests.ContentOf(size)));

        var request = new TryQueryRequest { Query = "from Orders" };
        var pages = new List<string>();
        bool isComplete;
        do
        {
            var response = await TryAsync(server, request);
            pages.Add(string.Concat(response.Items.Select(i => i.Id)));
            isComplete = response.IsComplete;
            request.Start = new Cursor { ResumeToken = response.ResumeToken };
        }
        while (!isComplete);

        Assert.Equal(["ab", "c", "d"], pages);
    }

    [Fact]
    public async Task Try_ScriptlessQueryThatCannotBeParsed_TellsWhere()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => TryAsync(server, new TryQueryRequest { Query = "from Orders where = 1" }));

        var metadata = RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_QUERY", failure);
        Assert.Equal(("query", "1", "19"), (metadata["field"], metadata["line"], metadata["column"]));
        Assert.StartsWith("query: ", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Try_BadField_IsNamedWithItsValue(TryQueryRequest request, string field, string value)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        if (field != "query") request.Query = "from Orders";

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => TryAsync(server, request));

        Assert.Equal((field, value), (metadata["field"], metadata["value"]));
    }

    [Fact]
    public async Task Try_OverRevisions_ShowsPairsOfVersions()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.Databases.SetRevisionsAsync(
            new SetRevisionsRequest { Name = "shop", Revisions = new CollectionRevisions { Collection = "Orders" } }, cancellationToken: Cancelled);
        var first = (await server.WriteAsync(Requests.Put("orders/1", """{"Total":1}"""))).Outcomes[0];
        await server.WriteAsync(Requests.Put("orders/1", """{"Total":2}"""));
        await server.Documents.DeleteDocumentAsync(new DeleteDocumentRequest { Database = "shop", Id = "orders/1" }, cancellationToken: Cancelled);

        var pairs = (await TryAsync(server, new TryQueryRequest { Query = "from Orders (Revisions = true)" })).Items;
        var selected = (await TryAsync(server, new TryQueryRequest { Query = "from Orders (Revisions = true) where Current.Total = 2 select Previous.Total as Was" })).Items;

        Assert.Equal(
            [("""{"Total":1}""", ""), ("""{"Total":2}""", """{"Total":1}"""), ("", """{"Total":2}""")],
            pairs.Select(i => (i.Content.ToStringUtf8(), i.PreviousContent.ToStringUtf8())));
        Assert.Equal(("", first.Revision, ChangeKind.Delete), (pairs[0].PreviousRevision, pairs[1].PreviousRevision, pairs[2].Kind));
        var only = Assert.Single(selected);
        Assert.Equal(("""{"Was":1}""", "", first.Revision), (only.Content.ToStringUtf8(), only.PreviousContent.ToStringUtf8(), only.PreviousRevision));
    }

    [Fact]
    public async Task Try_OverRevisionsThatAreNotKept_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition,
            "REVISIONS_NOT_CONFIGURED",
            () => TryAsync(server, new TryQueryRequest { Query = "from Orders (Revisions = true)" }));

        Assert.Equal(("shop", "Orders"), (metadata["database"], metadata["collection"]));
    }

    [Fact]
    public async Task Try_ScriptFailsOnOneDocument_ShowsItsErrorAndTheOthers()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(Requests.Put("orders/1", """{"Total":1}"""), Requests.Put("orders/2", "{}"));
        var query = "declare function f(x) { return { T: x.Total.toFixed(2) }; } from Orders as x select f(x)";

        var items = (await TryAsync(server, new TryQueryRequest { Query = query })).Items;

        Assert.Equal("""{"T":"1.00"}""", items[0].Content.ToStringUtf8());
        Assert.True(items[1].Content.IsEmpty);
        Assert.NotEqual("", items[1].Error);
    }

    [Fact]
    public async Task Try_NoSuchDatabase_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();

        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => TryAsync(server, new TryQueryRequest { Query = "from Orders" }));
    }

    private static Task<TryQueryResponse> TryAsync(ServerFixture server, TryQueryRequest request)
    {
        request.Database = "shop";
        return server.Queries.TryQueryAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
    }
}
