using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Pages of changes.</summary>
public sealed class GetChangesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ChangedAndDeleted_HasTheNewestOfEachWithAllThatARowTells()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        await server.WriteAsync(Requests.Put("a", """{"n":2}""", "People"));
        await server.WriteAsync(new WriteOperation { Id = "b", Delete = new DeleteAction() });

        var page = await server.GetChangesAsync(new GetChangesRequest { IncludeDocs = true });

        Assert.Equal("+a-b", WatchClient.TextOf(page.Rows));
        var (put, deletion) = (page.Rows[0], page.Rows[1]);
        Assert.Equal(("People", """{"n":2}""", 0, 3L, 0L, ""), (put.Collection, put.Content.ToStringUtf8(), put.Partition, put.Seqno, put.ExpiresAtUnixMs, put.Error));
        Assert.StartsWith("2-", put.Revision, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(put.ChangedAtUnixMs), TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
        Assert.Equal(("Orders", true), (deletion.Collection, deletion.Content.IsEmpty));
        Assert.Equal((deletion.ResumeToken, 0L), (page.ResumeToken, page.Pending));
        Assert.Null(page.Rewound);
    }

    [Fact]
    public async Task Page_WithoutDocs_HasNoContent()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");

        Assert.True(Assert.Single((await server.GetChangesAsync()).Rows).Content.IsEmpty);
    }

    [Fact]
    public async Task Pages_OneAfterTheOther_HaveEverythingOnce()
    {
        await using var server = await StartAsync(partitions: 3);
        var ids = Enumerable.Range(0, 25).Select(i => $"d{i}").ToArray();
        await server.PutAsync(ids);

        var found = new List<string>();
        var place = "0";
        var pending = 25L;
        while (pending > 0)
        {
            var page = await server.GetChangesAsync(new GetChangesRequest { Since = place, Limit = 7 });
            found.AddRange(page.Rows.Select(r => r.Id));
            Assert.Equal(25 - found.Count, page.Pending);
            (place, pending) = (page.ResumeToken, page.Pending);
        }

        Assert.Equal(ids.Order(), found.Order());
        Assert.Empty((await server.GetChangesAsync(new GetChangesRequest { Since = place })).Rows);
    }

    [Fact]
    public async Task Page_LargeDocuments_StaysUnderAMebibyteAndGoesOn()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 5; i++) await server.WriteAsync(new WriteOperation { Id = $"d{i}", Put = new PutAction { Content = Requests.ContentOf(i == 3 ? 3_000_000 : 400_000) } });

        var sizes = new List<int>();
        var found = "";
        var place = "";
        while (true)
        {
            var page = await server.GetChangesAsync(new GetChangesRequest { Since = place, IncludeDocs = true });
            if (page.Rows.Count == 0) break;
            sizes.Add(page.CalculateSize());
            found += WatchClient.TextOf(page.Rows) + ",";
            Assert.Equal(page.Rows[^1].ResumeToken, page.ResumeToken);
            place = page.ResumeToken;
        }

        Assert.Equal("+d0+d1,+d2,+d3,+d4,", found);
        Assert.All(sizes, (size, i) => Assert.True(i == 2 || size < 1024 * 1024, $"{size}"));
    }

    [Fact]
    public async Task Page_ManyPartitions_CountsItsTokens()
    {
        await using var server = await StartAsync(partitions: 1024);
        for (var i = 0; i < 20; i++) await server.PutAsync([.. Enumerable.Range(0, 100).Select(n => $"d{i}-{n}")]);

        var dense = await server.GetChangesAsync();
        var sparse = await server.GetChangesAsync(new GetChangesRequest { TokenInterval = 100 });

        Assert.InRange(dense.CalculateSize(), 100_000, 1024 * 1024);
        Assert.InRange(dense.Rows.Sum(r => r.ResumeToken.Length), 50_000, 1024 * dense.Rows.Count);
        Assert.Equal(1000, sparse.Rows.Count);
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (n * 100) - 1), Enumerable.Range(0, 1000).Where(i => sparse.Rows[i].ResumeToken.Length > 0));
        Assert.Equal(sparse.Rows[^1].ResumeToken, sparse.ResumeToken);
    }

    [Fact]
    public async Task Descending_GivesTheNewestFirst()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c");

        var page = await server.GetChangesAsync(new GetChangesRequest { Descending = true, Limit = 2 });

        Assert.Equal("+c+b", WatchClient.TextOf(page.Rows));
        Assert.Equal("+c", WatchClient.TextOf((await server.GetChangesAsync(new GetChangesRequest { Since = page.ResumeToken })).Rows));
    }

    [Fact]
    public async Task SinceAndUntil_InAllTheirForms_BoundThePage()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c", "d");
        var token = (await server.GetChangesAsync()).Rows[2].ResumeToken;

        Assert.Equal("+b+c+d", await TextAsync("1", ""));
        Assert.Equal("+b+c", await TextAsync("1", token));
        Assert.Equal("+d", await TextAsync(token, "now"));
        Assert.Equal("", await TextAsync("now", ""));
        Assert.Equal("+a+b", await TextAsync("", "2"));

        async Task<string> TextAsync(string since, string until) =>
            WatchClient.TextOf((await server.GetChangesAsync(new GetChangesRequest { Since = since, Until = until })).Rows);
    }

    [Fact]
    public async Task Since_OfAnotherHistory_SaysSoAndBeginsAnew()
    {
        await using var server = await StartAsync();
        await server.CreateDatabaseAsync("other");
        await server.PutAsync("a");
        await server.Documents.WriteAsync(
            new WriteRequest { Database = "other", Operations = { Requests.Put("x") } }, cancellationToken: Cancelled);
        var foreign = (await server.Changes.GetChangesAsync(new GetChangesRequest { Database = "other" }, cancellationToken: Cancelled)).ResumeToken;

        var page = await server.GetChangesAsync(new GetChangesRequest { Since = foreign });

        Assert.Equal("+a", WatchClient.TextOf(page.Rows));
        Assert.Equal("0", page.Rewound.ResumeToken);
        Assert.Contains("not part of this database's history", page.Rewound.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yesterday", "", 0, 0, "since")]
    [InlineData("", "-3", 0, 0, "until")]
    [InlineData("", "", -1, 0, "limit")]
    [InlineData("", "", 10_001, 0, "limit")]
    [InlineData("", "", 0, 10_001, "token_interval")]
    public async Task Request_OutsideItsLimits_IsRefusedByName(string since, string until, int limit, int tokenInterval, string field)
    {
        await using var server = await StartAsync();

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.GetChangesAsync(
            new GetChangesRequest { Since = since, Until = until, Limit = limit, TokenInterval = tokenInterval }));

        Assert.Equal(field, metadata["field"]);
    }

    [Fact]
    public async Task Number_InADatabaseOfSeveralPartitions_IsRefused()
    {
        await using var server = await StartAsync(partitions: 2);

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.GetChangesAsync(new GetChangesRequest { Since = "5" }));

        Assert.Equal(("since", "5"), (metadata["field"], metadata["value"]));
    }

    [Fact]
    public async Task Database_Unknown_IsNotFound()
    {
        await using var server = await ServerFixture.StartAsync();

        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => server.GetChangesAsync());
    }

    private static async Task<ServerFixture> StartAsync(int partitions = 1)
    {
        var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: partitions);
        return server;
    }
}
