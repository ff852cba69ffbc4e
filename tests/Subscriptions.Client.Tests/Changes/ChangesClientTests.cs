using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Changes;

/// <summary>Pages of changes.</summary>
public sealed class ChangesClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Page_IsAskedForAndReadInAllItsParts()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Answers.Add(new GetChangesResponse
        {
            Rows = { new V1.ChangeRow { Id = "a", Revision = "2-ab", Kind = V1.ChangeKind.Expiry, Seqno = 9, Partition = 3, ChangedAtUnixMs = 1500, ResumeToken = "t9", Error = "boom" } },
            ResumeToken = "t10",
            Pending = 4,
            Rewound = new FeedRewound { ResumeToken = "0", Reason = "purged" },
        });

        var page = await client.Changes.GetAsync(
            "shop",
            new ChangesOptions { Since = "t5", Until = "now", Limit = 7, Descending = true, IncludeDocs = true, Filter = ChangeFilter.Query("from Orders", "{}") },
            Cancelled);

        var expected = new GetChangesRequest
        {
            Database = "shop",
            Since = "t5",
            Until = "now",
            Limit = 7,
            Descending = true,
            IncludeDocs = true,
            Filter = new V1.ChangeFilter { Query = new QueryFilter { Query = "from Orders", Parameters = "{}" } },
        };
        Assert.Equal(expected, Assert.Single(server.Answers.Requests));
        Assert.Equal(("t10", 4, "purged"), (page.ResumeToken, page.Pending, page.Rewound));
        var row = Assert.Single(page.Rows);
        Assert.Equal(("a", "2-ab", ChangeKind.Expiry, 9, 3, "t9", "boom"), (row.Id, row.Revision, row.Kind, row.Seqno, row.Partition, row.ResumeToken, row.Error));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMilliseconds(1500), row.ChangedAt);
        Assert.Throws<InvalidOperationException>(() => row.As<object>());
    }

    [Fact]
    public void Filters_AllKinds_GoToTheirFields()
    {
        Assert.Equal(new V1.ChangeFilter { Selector = "{}" }, ChangeFilter.Selector("{}").Wire);
        Assert.Equal(new V1.ChangeFilter { Collection = "Orders" }, ChangeFilter.Collection("Orders").Wire);
        Assert.Equal(new V1.ChangeFilter { Ids = new IdsFilter { Ids = { "a", "b" } } }, ChangeFilter.Ids("a", "b").Wire);
        Assert.Equal(new V1.ChangeFilter { Script = new ScriptFilter { Source = "f", Parameters = "{}" } }, ChangeFilter.Script("f", "{}").Wire);
    }

    [Fact]
    public async Task Get_Refused_ThrowsTheReasonsException()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Answers.AddFailure(Wire.Error("INVALID_QUERY", StatusCode.InvalidArgument, ("field", "filter.selector")));

        var refused = await Assert.ThrowsAsync<InvalidQueryException>(() => client.Changes.GetAsync("shop", cancellationToken: Cancelled).Within());

        Assert.Equal("filter.selector", refused.Metadata["field"]);
    }

    [Fact]
    public void Options_OutsideTheirRanges_AreRefusedBeforeAnythingIsSent()
    {
        using var client = new SubscriptionsClient(new Uri("http://127.0.0.1:1"));

        var all = Assert.Throws<ArgumentException>(() => client.Changes.WatchAsync(
            "shop",
            new WatchOptions { Limit = 0, Heartbeat = TimeSpan.FromMilliseconds(99), IdleTimeout = TimeSpan.FromDays(2), MaxReconnectDelay = TimeSpan.Zero },
            Cancelled));

        foreach (var name in new[] { "Limit", "Heartbeat", "IdleTimeout", "MaxReconnectDelay" })
            Assert.Contains($"WatchOptions.{name}", all.Message, StringComparison.Ordinal);
    }
}
