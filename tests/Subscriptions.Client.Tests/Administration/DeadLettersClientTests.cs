using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Administration;

/// <summary>What the server is asked about failed items, and what is made of its answers.</summary>
public sealed class DeadLettersClientTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_TwoPages_HasAllItems()
    {
        await using var server = await ScriptedServer.StartAsync();
        var item = new FailedItem
        {
            Id = "a",
            Partition = 1,
            Seqno = 12,
            Attempts = 5,
            Reason = "no stock",
            WorkerName = "w1",
            FirstFailedAt = Noon.ToTimestamp(),
            LastFailedAt = Noon.AddMinutes(1).ToTimestamp(),
        };
        server.Answers.Add(new ListDeadLettersResponse { Items = { item }, NextPageToken = "t" });
        server.Answers.Add(new ListDeadLettersResponse { Items = { new FailedItem { Id = "b" } } });
        using var client = server.Connect();

        var items = await client.DeadLetters.ListAsync("shop", "ship", Cancelled).ToListAsync(Cancelled).Within();

        Assert.Equal(["a", "b"], items.Select(i => i.Id));
        Assert.Equal(new FailedItemInfo("a", 1, 12, 5, "no stock", "w1", Noon, Noon.AddMinutes(1), null), items[0]);
        Assert.Equal(["", "t"], server.Answers.Requests.Cast<ListDeadLettersRequest>().Select(r => r.PageToken));
    }

    [Fact]
    public async Task ListRetries_Item_TellsWhenItIsDue()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new ListRetriesResponse { Items = { new FailedItem { Id = "a", DueAt = Noon.ToTimestamp() } } });
        using var client = server.Connect();

        var items = await client.DeadLetters.ListRetriesAsync("shop", "ship", Cancelled).ToListAsync(Cancelled).Within();

        Assert.Equal(Noon, Assert.Single(items).DueAt);
    }

    [Fact]
    public async Task Replay_ManyIds_GoInSlicesOfAThousand()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new ReplayDeadLettersResponse { ReplayedCount = 1000 });
        server.Answers.Add(new ReplayDeadLettersResponse { ReplayedCount = 3 });
        using var client = server.Connect();

        var count = await client.DeadLetters
            .ReplayAsync("shop", "ship", Enumerable.Range(0, 1004).Select(i => $"orders/{i}"), Cancelled).Within();

        Assert.Equal(1003, count);
        var requests = server.Answers.Requests.Cast<ReplayDeadLettersRequest>().ToArray();
        Assert.Equal([1000, 4], requests.Select(r => r.Ids.Count));
        Assert.All(requests, r => Assert.Equal(("shop", "ship", false), (r.Database, r.Subscription, r.All)));
    }

    [Fact]
    public async Task Discard_NoIds_AsksNothing()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();

        Assert.Equal(0, await client.DeadLetters.DiscardAsync("shop", "ship", [], Cancelled).Within());

        Assert.Empty(server.Answers.Requests);
    }

    [Fact]
    public async Task All_ReplayAndDiscard_SayAllAndNoId()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.Add(new ReplayDeadLettersResponse { ReplayedCount = 7 });
        server.Answers.Add(new DiscardDeadLettersResponse { DiscardedCount = 8 });
        using var client = server.Connect();

        Assert.Equal(7, await client.DeadLetters.ReplayAllAsync("shop", "ship", Cancelled).Within());
        Assert.Equal(8, await client.DeadLetters.DiscardAllAsync("shop", "ship", Cancelled).Within());

        Assert.Equal(
            [
                new ReplayDeadLettersRequest { Database = "shop", Subscription = "ship", All = true },
                (Google.Protobuf.IMessage)new DiscardDeadLettersRequest { Database = "shop", Subscription = "ship", All = true },
            ],
            server.Answers.Requests);
    }

    [Fact]
    public async Task List_NoSuchSubscription_Throws()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answers.AddFailure(Wire.Error("SUBSCRIPTION_NOT_FOUND", StatusCode.NotFound));
        using var client = server.Connect();

        await Assert.ThrowsAsync<SubscriptionNotFoundException>(
            () => client.DeadLetters.ListAsync("shop", "ship", Cancelled).CountAsync(Cancelled).Within());
    }
}
