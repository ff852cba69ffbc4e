using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc.Streams;

/// <summary>Clients of partition streams that keep connections, and do not do with them what they should.</summary>
public sealed class HostileStreamTests
{
    private const int MiB = 1024 * 1024;
    private const int Ended = LogEvents.Streams + 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_WhoNeitherReadNorAck_AreEndedAndNobodyElseIs()
    {
        const int Deaf = 8;
        var time = new FakeTimeProvider();
        await using var server = await ServerFixture.StartAsync(time: time);
        await server.CreateDatabaseAsync();
        for (var i = 0; i < 16; i++) await server.WriteAsync(new WriteOperation { Id = $"large-{i}", Put = new PutAction { Content = Requests.ContentOf(MiB) } });
        using var neighbour = server.Watch(new WatchChangesRequest { Since = "now" });
        Assert.Equal("|", await neighbour.ToCaughtUpAsync());
        var channels = Enumerable.Range(0, Deaf).Select(_ => ServerFixture.OpenChannel(server.Server.Grpc)).ToList();

        foreach (var (channel, i) in channels.Select((c, i) => (c, i))) await ConnectAsync(channel, $"deaf-{i}");
        await Eventually.IsAsync(() => server.Log.Entries.Count(e => e.EventId == LogEvents.Streams + 1) == Deaf);
        await server.PutAsync("small");
        Assert.Equal("+small|", await neighbour.ToCaughtUpAsync());

        // Far less than a client may be silent, and then more.
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(server.Log.Entries, e => e.EventId == Ended);
        time.Advance(TimeSpan.FromSeconds(10));

        await Eventually.IsAsync(() => server.Log.Entries.Count(e => e.EventId == Ended && e.Text.Contains("ClientSilent", StringComparison.Ordinal)) == Deaf);
        await server.PutAsync("another");
        Assert.Equal("+another|", await neighbour.ToCaughtUpAsync());
        foreach (var channel in channels) channel.Dispose();
    }

    [Fact]
    public async Task Watcher_WhoNeverReads_IsCutOff()
    {
        var time = new FakeTimeProvider();
        await using var server = await ServerFixture.StartAsync(time: time);
        await server.CreateDatabaseAsync(partitions: 1024);
        var writes = Enumerable.Range(0, 4000).Select(i => Requests.Put($"d{i}", "{}")).ToArray();
        await server.WriteAsync(writes);
        var feeds = (FeedServices)server.Server.Services.GetService(typeof(FeedServices))!;
        using var channel = ServerFixture.OpenChannel(server.Server.Grpc);
        using var deaf = new StreamService.StreamServiceClient(channel).WatchPartitions(new WatchPartitionsRequest { Database = "shop" }, cancellationToken: Cancelled);
        await deaf.ResponseHeadersAsync.Within();
        Assert.Equal(1, feeds.Listeners);

        // Each time there is something to tell of nearly all partitions.
        for (var i = 0; feeds.Listeners > 0; i++)
        {
            Assert.True(i < 1000, "It is still there.");
            await server.WriteAsync(writes);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Contains(server.Log.Entries, e => e.EventId == LogEvents.Feeds + 1 && e.Text.Contains("WatchPartitions", StringComparison.Ordinal));
    }

    // Asks for everything at once, and says nothing more.
    private static async Task ConnectAsync(GrpcChannel channel, string name)
    {
        var call = new StreamService.StreamServiceClient(channel).Connect(cancellationToken: Cancelled);
        var settings = new ConnectionSettings { IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)), NoopInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) };
        await call.RequestStream.WriteAsync(new ConnectRequest { Open = new ConnectionOpen { Database = "shop", Name = name, Settings = settings } }, Cancelled).Within();
        await call.RequestStream.WriteAsync(new ConnectRequest { StreamOpen = new StreamOpen { StreamId = 1 } }, Cancelled).Within();
    }
}
