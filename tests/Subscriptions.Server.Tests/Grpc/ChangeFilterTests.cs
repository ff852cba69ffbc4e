using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Which changes a feed has.</summary>
public sealed class ChangeFilterTests
{
    [Fact]
    public async Task Query_WithParameters_LetsPassWhatMatchesAndDeletions()
    {
        await using var server = await StartAsync();

        var rows = await RowsAsync(server, Query("from Orders where Total > $min", """{"min":10}"""));

        Assert.Equal("+large-gone", WatchClient.TextOf(rows));
    }

    [Fact]
    public async Task Query_WithSelect_GivesWhatItSelected()
    {
        await using var server = await StartAsync();

        var row = (await RowsAsync(server, Query("from Orders as o where o.Total > 10 select { Id: id(), T: o.Total }")))[0];

        Assert.Equal("""{"Id":"large","T":20}""", row.Content.ToStringUtf8());
    }

    [Fact]
    public async Task Query_FunctionThrows_GivesTheRowItsError()
    {
        await using var server = await StartAsync();

        var rows = await RowsAsync(server, Query("declare function f(o) { if (o.Total > 10) throw 'too much'; return true; } from Orders as o where f(o)"));

        Assert.Equal("+small!large-gone", WatchClient.TextOf(rows));
        Assert.Contains("too much", rows[1].Error, StringComparison.Ordinal);
        Assert.True(rows[1].Content.IsEmpty);
    }

    [Fact]
    public async Task Selector_SeesAllCollectionsAndTombstones()
    {
        await using var server = await StartAsync();

        Assert.Equal("+large", WatchClient.TextOf(await RowsAsync(server, new ChangeFilter { Selector = """{"Total":{"$gt":10}}""" })));
        Assert.Equal("-gone", WatchClient.TextOf(await RowsAsync(server, new ChangeFilter { Selector = """{"_deleted":true}""" })));
    }

    [Fact]
    public async Task Ids_LetThoseDocumentsPass()
    {
        await using var server = await StartAsync();

        var rows = await RowsAsync(server, new ChangeFilter { Ids = new IdsFilter { Ids = { "person", "gone", "nobody" } } });

        Assert.Equal("+person-gone", WatchClient.TextOf(rows));
    }

    [Fact]
    public async Task Collection_LetsItsDocumentsPassAndNoDesignDocuments()
    {
        await using var server = await StartAsync();
        await server.WriteAsync(Requests.Put("_design/d", "{}", "Orders"));

        Assert.Equal("+small+large-gone", WatchClient.TextOf(await RowsAsync(server, new ChangeFilter { Collection = "Orders" })));
    }

    [Fact]
    public async Task Script_WithParameters_DecidesAndItsErrorsAreTheRows()
    {
        await using var server = await StartAsync();
        var filter = new ChangeFilter
        {
            Script = new ScriptFilter
            {
                Source = "function (doc, req) { if (doc._id === 'person') throw 'nobody'; return doc._deleted || doc.Total > req.query.min; }",
                Parameters = """{"min":10}""",
            },
        };

        var rows = await RowsAsync(server, filter);

        Assert.Equal("+large!person-gone", WatchClient.TextOf(rows));
        Assert.Contains("nobody", rows[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Filtered_FollowsWhatMatches()
    {
        await using var server = await StartAsync();
        using var feed = server.Watch(new WatchChangesRequest { Since = "now", Filter = new ChangeFilter { Collection = "People" } });
        Assert.Equal("|", await feed.ToCaughtUpAsync());

        await server.PutAsync("other");
        await server.WriteAsync(Requests.Put("adam", "{}", "People"));

        Assert.Equal("+adam|", await feed.ToCaughtUpAsync());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Filter_ThatCannotBeUsed_IsRefusedByFieldBeforeAnything(ChangeFilter filter, string reason, string field, string place)
    {
        await using var server = await StartAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, reason, () => server.GetChangesAsync(new GetChangesRequest { Filter = filter }));
        using var feed = server.Watch(new WatchChangesRequest { Filter = filter, Since = "99" });
        var (error, _) = await feed.ToErrorAsync();

        Assert.Equal(field, metadata["field"]);
        if (place.Length > 0) Assert.Equal(place, metadata.TryGetValue("line", out var line) ? $"{line}:{metadata["column"]}" : metadata["place"]);
        Assert.Equal(metadata, RpcAssert.Is(StatusCode.InvalidArgument, reason, error));
        Assert.Empty(feed.MessageSizes);
        Assert.Contains(field, error.Status.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<ChangeFilter, string, string, string> Refused() => new()
    {
        { new ChangeFilter(), "INVALID_ARGUMENT", "filter", "" },
        { Query("from Orders where"), "INVALID_QUERY", "filter.query.query", "1:18" },
        { Query(""), "INVALID_ARGUMENT", "filter.query.query", "" },
        { Query("from Orders", "[1]"), "INVALID_ARGUMENT", "filter.query.parameters", "" },
        { Query("from Orders (Revisions = true)"), "INVALID_ARGUMENT", "filter.query.query", "" },
        { Query("from Orders include Company"), "INVALID_ARGUMENT", "filter.query.query", "" },
        { new ChangeFilter { Selector = """{"a":{"$nope":1}}""" }, "INVALID_QUERY", "filter.selector", "/a/$nope" },
        { new ChangeFilter { Selector = "[" }, "INVALID_QUERY", "filter.selector", "" },
        { new ChangeFilter { Ids = new IdsFilter() }, "INVALID_ARGUMENT", "filter.ids.ids", "" },
        { new ChangeFilter { Ids = new IdsFilter { Ids = { "a", "" } } }, "INVALID_ARGUMENT", "filter.ids.ids[1]", "" },
        { new ChangeFilter { Collection = "@all" }, "INVALID_ARGUMENT", "filter.collection", "" },
        { Script("function (doc { }"), "INVALID_QUERY", "filter.script.source", "1:15" },
        { Script(""), "INVALID_ARGUMENT", "filter.script.source", "" },
        { Script("function (doc) { return true; }", "7"), "INVALID_ARGUMENT", "filter.script.parameters", "" },
        { Script("function (doc) { return true; }", "{"), "INVALID_ARGUMENT", "filter.script.parameters", "" },
    };

    [Fact]
    public async Task Ids_MoreThanAreTaken_AreRefused()
    {
        await using var server = await StartAsync();
        var ids = new IdsFilter { Ids = { Enumerable.Range(0, 100_001).Select(i => $"d{i}") } };

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.GetChangesAsync(new GetChangesRequest { Filter = new ChangeFilter { Ids = ids } }));

        Assert.Equal("filter.ids.ids", metadata["field"]);
    }

    private static ChangeFilter Query(string query, string parameters = "") => new() { Query = new QueryFilter { Query = query, Parameters = parameters } };

    private static ChangeFilter Script(string source, string parameters = "") => new() { Script = new ScriptFilter { Source = source, Parameters = parameters } };

    private static async Task<IReadOnlyList<ChangeRow>> RowsAsync(ServerFixture server, ChangeFilter filter) =>
        (await server.GetChangesAsync(new GetChangesRequest { Filter = filter })).Rows;

    // Orders small (5), large (20) and gone (deleted), and a person.
    private static async Task<ServerFixture> StartAsync()
    {
        var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(
            Requests.Put("small", """{"Total":5}"""), Requests.Put("large", """{"Total":20}"""), Requests.Put("gone"), Requests.Put("person", "{}", "People"));
        await server.WriteAsync(new WriteOperation { Id = "gone", Delete = new DeleteAction() });
        return server;
    }
}
