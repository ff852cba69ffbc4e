using System.Text.Json;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>A place is a place, whoever tells it: feeds and subscriptions go on where the other stands.</summary>
public sealed class PlaceInterchangeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Subscription_StartedAtAFeedsPlace_HasTheRestAndNothingElse(int partitions)
    {
        await using var server = await StartAsync(partitions);
        var page = await server.GetChangesAsync(new GetChangesRequest { Limit = 11 });

        await server.Subscriptions.CreateSubscriptionAsync(
            new CreateSubscriptionRequest
            {
                Database = "shop",
                Definition = new SubscriptionDefinition { Name = "ship", Query = "from @all_docs" },
                Start = new Cursor { ResumeToken = page.ResumeToken },
            },
            cancellationToken: Cancelled).ResponseAsync.Within();
        using var worker = await server.OpenAsync();
        var batch = await worker.AckNextAsync();

        var ids = page.Rows.Select(r => r.Id).Concat(batch.Items.Select(i => i.Id)).ToList();
        Assert.Equal(11, page.Rows.Count);
        Assert.Equal(Ids.Order(), ids.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Feed_StartedAtASubscriptionsCursor_HasTheRestAndNothingElse(int partitions)
    {
        await using var server = await StartAsync(partitions);
        await server.CreateSubscriptionAsync(query: "from @all_docs");
        using var worker = await server.OpenAsync(Requests.Open(maxDocs: 11));
        var batch = await worker.AckNextAsync();

        var cursor = (await server.GetSubscriptionAsync()).ResumeToken;
        var page = await server.GetChangesAsync(new GetChangesRequest { Since = cursor });

        Assert.Equal(batch.ResumeToken, cursor);
        Assert.Null(page.Rewound);
        Assert.Equal(Ids.Order(), batch.Items.Select(i => i.Id).Concat(page.Rows.Select(r => r.Id)).Order());
    }

    [Fact]
    public async Task Subscription_MovedToACheckpointOfAFilteredFeed_DoesNotSeeWhatWasFilteredOut()
    {
        await using var server = await StartAsync(1);
        var page = await server.GetChangesAsync(new GetChangesRequest { Filter = new ChangeFilter { Collection = "People" } });
        await server.CreateSubscriptionAsync(query: "from @all_docs");
        await server.Subscriptions.SetCursorAsync(
            new SetCursorRequest { Database = "shop", Name = "ship", Cursor = new Cursor { ResumeToken = page.ResumeToken } }, cancellationToken: Cancelled).ResponseAsync.Within();
        await server.PutAsync("new");

        using var worker = await server.OpenAsync();

        Assert.Empty(page.Rows);
        Assert.Equal("new", Assert.Single((await worker.ReceiveBatchAsync()).Items).Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Feeds_OverHttpAndGrpc_GoOnWhereTheOtherStands(int partitions)
    {
        await using var server = await StartAsync(partitions);
        var first = await ChangesOverHttpAsync(server, "?limit=7");
        var second = await server.GetChangesAsync(new GetChangesRequest { Since = first.Place, Limit = 11 });
        var third = await ChangesOverHttpAsync(server, $"?since={second.ResumeToken}");
        using var feed = server.Watch(new WatchChangesRequest { Since = third.Place });

        Assert.Equal((7, 11, 12), (first.Ids.Count, second.Rows.Count, third.Ids.Count));
        Assert.Equal(Ids.Order(), first.Ids.Concat(second.Rows.Select(r => r.Id)).Concat(third.Ids).Order());
        Assert.Equal("|", await feed.ToCaughtUpAsync());
    }

    private static async Task<(string Place, IReadOnlyList<string> Ids)> ChangesOverHttpAsync(ServerFixture server, string query)
    {
        using var response = await server.GetAsync("/shop/_changes" + query);
        using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(Cancelled), cancellationToken: Cancelled);
        var ids = json.RootElement.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("id").GetString()!).ToList();
        return (json.RootElement.GetProperty("last_seq").GetString()!, ids);
    }

    private static IEnumerable<string> Ids => Enumerable.Range(0, 30).Select(i => $"d{i}");

    private static async Task<ServerFixture> StartAsync(int partitions)
    {
        var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: partitions);
        await server.PutAsync([.. Ids]);
        return server;
    }
}
