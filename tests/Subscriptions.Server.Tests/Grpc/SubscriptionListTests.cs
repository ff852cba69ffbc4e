using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Subscriptions by filter, page by page.</summary>
public sealed class SubscriptionListTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_PagesAndFilters_ShowEachMeantOneOnce()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        foreach (var name in new[] { "Ship-1", "ship-2", "SHIP-3", "ship-4", "bill" }) await server.CreateSubscriptionAsync(name);
        await server.Subscriptions.DisableSubscriptionAsync(
            new DisableSubscriptionRequest { Database = "shop", Name = "ship-2" }, cancellationToken: Cancelled).ResponseAsync.Within();
        var open = Requests.Open();
        open.Subscription = "ship-3";
        using var worker = await server.OpenAsync(open);

        Assert.Equal(["Ship-1", "ship-2", "SHIP-3", "ship-4"], await ListAsync(server, new ListSubscriptionsRequest { NamePrefix = "SHIP", PageSize = 3 }));
        Assert.Equal(["ship-2"], await ListAsync(server, new ListSubscriptionsRequest { Disabled = true, PageSize = 1 }));
        Assert.Equal(["bill", "Ship-1", "SHIP-3", "ship-4"], await ListAsync(server, new ListSubscriptionsRequest { Disabled = false, PageSize = 2 }));
        Assert.Equal(["SHIP-3"], await ListAsync(server, new ListSubscriptionsRequest { Connected = true }));
        Assert.Equal(["bill", "Ship-1", "ship-2", "ship-4"], await ListAsync(server, new ListSubscriptionsRequest { Connected = false, PageSize = 1 }));
    }

    [Fact]
    public async Task List_LongQueries_PagesStayBelowTwoMebibytes()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var query = $"from Orders where Company = '{new string('x', 60_000)}'";
        for (var i = 0; i < 50; i++) await server.CreateSubscriptionAsync($"s{i:00}", query);

        var page = await server.Subscriptions.ListSubscriptionsAsync(
            new ListSubscriptionsRequest { Database = "shop" }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.InRange(page.CalculateSize(), 1_500_000, 2_200_000);
        Assert.Equal(50, (await ListAsync(server, new ListSubscriptionsRequest())).Distinct().Count());
    }

    [Theory]
    [InlineData(-1, "", "page_size", "-1")]
    [InlineData(1001, "", "page_size", "1001")]
    [InlineData(0, "!", "page_token", "!")]
    public async Task List_BadPage_IsNamed(int size, string token, string field, string value)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var request = new ListSubscriptionsRequest { Database = "shop", PageSize = size, PageToken = token };

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", server.Subscriptions.ListSubscriptionsAsync(request, cancellationToken: Cancelled));

        Assert.Equal((field, value), (metadata["field"], metadata["value"]));
    }

    private static async Task<List<string>> ListAsync(ServerFixture server, ListSubscriptionsRequest request)
    {
        request.Database = "shop";
        var names = new List<string>();
        do
        {
            var page = await server.Subscriptions.ListSubscriptionsAsync(request, cancellationToken: Cancelled).ResponseAsync.Within();
            if (request.PageSize > 0) Assert.InRange(page.Subscriptions.Count, 0, request.PageSize);
            names.AddRange(page.Subscriptions.Select(s => s.Definition.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return names;
    }
}
