using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Kills;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Feeds;

/// <summary>A feed while the server program is killed again and again.</summary>
[Trait("Category", "Crash")]
public sealed class FeedKillTests
{
    private const int TimeLimit = 600_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileAFeedIsFollowed_NoConfirmedWriteIsMissedOrComesTwice()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ServerProcess(folder["data"]);
        await server.StartAsync();
        await using var client = new SubscriptionsClient(server.Address);
        await client.Databases.CreateAsync("shop", partitionCount: 3, cancellationToken: Cancelled);
        var random = new Random(KillSettings.Seed());
        var writer = new OrderWriter(client, "shop", random);
        var follower = new FeedFollower(client, "shop");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var writing = writer.RunAsync(() => writer.Confirmed.Count > follower.Seen.Count + 1000, stop.Token);
        var following = follower.RunAsync(Cancelled);

        for (var kill = 0; kill < KillSettings.Kills(byDefault: 4); kill++)
        {
            var goal = follower.Seen.Count + random.Next(1, 300);
            await UntilAsync(() => follower.Seen.Count >= goal || following.IsCompleted, server);
            await server.KillAsync();
            await server.StartAsync();
        }

        await stop.CancelAsync();
        await writing.Within();
        await UntilAsync(() => following.IsCompleted || writer.Confirmed.All(order => follower.Seen.GetValueOrDefault(order.Key) >= order.Value.Seqno), server);

        Assert.False(following.IsCompleted, following.Exception?.ToString());
        Assert.NotEmpty(writer.Confirmed);
        Assert.True(follower.Reconnects > 0);
        Assert.Equal(0, follower.Rewinds);
        Assert.Empty(follower.Repeated);
    }

    private static async Task UntilAsync(Func<bool> condition, ServerProcess server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"It did not happen in time. The server's last words:\n{server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancelled);
        }
    }
}
