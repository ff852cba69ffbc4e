using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>What administrators do while workers work and wait, over gRPC: which exception ends which worker, and who connects again.</summary>
public sealed class AdministrationTests(CliServer server) : IClassFixture<CliServer>
{
    /// <summary>What an administrator does that ends workers for good.</summary>
    public enum Act
    {
        Disable,
        DropWorkers,
        Delete,
        DeleteAndCreateAgain,
        DropDatabase,
    }

    public static TheoryData<Act, Type> Final => new()
    {
        { Act.Disable, typeof(SubscriptionDisabledException) },
        { Act.DropWorkers, typeof(SubscriptionDroppedException) },
        { Act.Delete, typeof(SubscriptionNotFoundException) },
        { Act.DeleteAndCreateAgain, typeof(SubscriptionNotFoundException) },
        { Act.DropDatabase, typeof(DatabaseDroppedException) },
    };

    private static readonly SubscriptionDefinition Ship = new("ship", "from Orders");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What is changed, and the document that comes next to a worker that has acked the first and has the second in hand.</summary>
    public static TheoryData<string, SubscriptionUpdate, string> Changes => new()
    {
        { "query", new SubscriptionUpdate { Query = "from Orders where Number > 2" }, "orders/3" },
        { "retry policy", new SubscriptionUpdate { RetryPolicy = new RetryPolicy { MaxAttempts = 7 } }, "orders/2" },
        { "cursor", new SubscriptionUpdate { Cursor = SubscriptionCursor.Beginning }, "orders/1" },
    };

    [Theory]
    [MemberData(nameof(Final))]
    public async Task FinalAct_OneWorksAndOneWaits_BothEndForGood(Act act, Type expected)
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 2);
        await using var client = new SubscriptionsClient(server.Address);
        await using var holder = new TestWorker(server.Address, database, "holder", OpeningStrategy.Fail);
        var inHand = await holder.NextAsync();
        await using var waiting = new TestWorker(server.Address, database, "waiting", OpeningStrategy.Wait);
        await waiting.HearAsync<WorkerEvent.Waiting>();

        await CarryOutAsync(client, act, database);

        var lost = await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => inHand.AckAsync(Cancellation).Within());
        Assert.Same(await holder.EndsForGoodAsync(expected), lost.InnerException);
        await waiting.EndsForGoodAsync(expected);
    }

    [Fact]
    public async Task DeleteAndCreateAgain_AckOfTheOldWorker_ChangesNothingOfTheNewSubscription()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 2);
        await using var client = new SubscriptionsClient(server.Address);
        await using var old = new TestWorker(server.Address, database, "old", OpeningStrategy.Fail);
        await old.AckNextAsync();
        var inHand = await old.NextAsync();

        await CarryOutAsync(client, Act.DeleteAndCreateAgain, database);
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => inHand.AckAsync(Cancellation).Within());

        var info = await client.Subscriptions.GetAsync(database, "ship", Cancellation);
        Assert.Equal((string.Empty, 0L, 0), (info.ChangeVector, info.FencingToken, info.Workers.Count));
        await using var next = new TestWorker(server.Address, database, "next", OpeningStrategy.Fail);
        Assert.Equal(["orders/1", "orders/2"], [await next.AckNextAsync(), await next.AckNextAsync()]);
    }

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task Update_OneWorks_ItConnectsAgainAndGoesOnWithWhatHolds(string what, SubscriptionUpdate update, string next)
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 3);
        await using var client = new SubscriptionsClient(server.Address);
        await using var worker = new TestWorker(server.Address, database, "worker", OpeningStrategy.Fail);
        await worker.AckNextAsync();
        var inHand = await worker.NextAsync();
        Assert.Equal("orders/2", Assert.Single(inHand.Items).Id);

        await client.Subscriptions.UpdateAsync(database, "ship", update, Cancellation);

        var end = await worker.HearAsync<WorkerEvent.Disconnected>();
        Assert.IsType<SubscriptionChangedException>(end.Cause);
        Assert.True(end.RetryIn is not null, $"The worker ended for good when the {what} changed.");
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => inHand.AckAsync(Cancellation).Within());
        var again = await worker.NextAsync();
        Assert.Equal(next, Assert.Single(again.Items).Id);
        Assert.True(again.FencingToken > inHand.FencingToken);
    }

    private static async Task CarryOutAsync(SubscriptionsClient client, Act act, string database)
    {
        switch (act)
        {
            case Act.Disable:
                await client.Subscriptions.DisableAsync(database, "ship", Cancellation).Within();
                break;
            case Act.DropWorkers:
                await client.Subscriptions.DropWorkersAsync(database, "ship", cancellationToken: Cancellation).Within();
                break;
            case Act.Delete:
                await client.Subscriptions.DeleteAsync(database, "ship", Cancellation).Within();
                break;
            case Act.DeleteAndCreateAgain:
                await client.Subscriptions.DeleteAsync(database, "ship", Cancellation).Within();
                Assert.True((await client.Subscriptions.CreateAsync(database, Ship, cancellationToken: Cancellation).Within()).Created);
                break;
            default:
                await client.Databases.DropAsync(database, Cancellation).Within();
                break;
        }
    }
}
