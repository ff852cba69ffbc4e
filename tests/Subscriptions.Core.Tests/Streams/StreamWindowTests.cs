using System.Globalization;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Tests.Feeds;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>The streams of one connection under its window.</summary>
public sealed class StreamWindowTests
{
    private const int Partitions = 1024;
    private const int Documents = 150 * Partitions;

    [Fact]
    public async Task ManyStreams_OneWindow_AreFairToEachOther()
    {
        await using var fixture = await FeedFixture.StartAsync(Partitions);
        await fixture.PutManyAsync(Enumerable.Range(0, Documents).Select(i => $"d{i}"));
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 1024);
        var outstanding = await OpenAllAsync(peer);

        // Every other time all is acked, or what makes room for one change: in step with the turns of an even number of streams.
        var received = new int[Partitions];
        for (var round = 0; received.Max() < 100; round++)
        {
            var ack = round % 2 == 0 ? outstanding : outstanding - 1000;
            peer.Say(new StreamCommand.BufferAck(ack));
            outstanding -= ack;
            while (outstanding < 1024)
            {
                var message = await peer.NextMessageAsync();
                outstanding += FakePeer.BytesOf(message);
                if (FakePeer.HasChanges(message)) received[int.Parse(message[0].Split(':')[0], CultureInfo.InvariantCulture)] += message.Length;
            }
        }

        Assert.InRange(received.Max(), 1, 2 * received.Min());
    }

    [Fact]
    public async Task Window_ThatIsFull_LeavesNothingReadAheadHoweverManyStreamsThereAre()
    {
        await using var fixture = await FeedFixture.StartAsync(Partitions);
        await fixture.PutManyAsync(Enumerable.Range(0, 30 * Partitions).Select(i => $"d{i}"));
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 1024);
        var before = ReadPages(fixture);

        await OpenAllAsync(peer);
        peer.Say(new StreamCommand.Control(settings => settings));
        await peer.ToAsync("settings");
        Assert.Equal(1, ReadPages(fixture) - before);
    }

    [Fact]
    public async Task Acks_HeardBeforeTheSendingIsOver_MakeRoomAllTheSame()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(Enumerable.Range(0, 100).Select(i => $"d{i}"));
        var peer = new FakePeer { Acks = true };
        await using var run = ConnectionRun.Start(fixture, peer, 1024);

        peer.Say(ConnectionRun.Open(1));

        await peer.ToAsync("1:+d99");
    }

    [Fact]
    public async Task Window_ThatStaysFull_IsOnePauseWhateverWakesTheConnection()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(ConnectionRun.Twenty);
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, services, 1024);
        peer.Say(ConnectionRun.Open(1));
        await peer.ToAsync("1:+o");

        for (var i = 0; i < 5; i++)
        {
            peer.Say(new StreamCommand.Control(settings => settings));
            await peer.ToAsync("settings");
        }

        peer.Say(new StreamCommand.BufferAck(100_000));
        await peer.ToAsync("1:+t");
        Assert.Equal(1, services.Figures.Pauses);
    }

    // Opens a stream of each partition, until the window is full too; returns what is out.
    private static async Task<int> OpenAllAsync(FakePeer peer)
    {
        for (var p = 0; p < Partitions; p++) peer.Say(ConnectionRun.Open((uint)p, p));
        var outstanding = 0;
        for (var opened = 0; opened < Partitions || outstanding < 1024;)
        {
            var message = await peer.NextMessageAsync();
            if (message[0].EndsWith(":opened", StringComparison.Ordinal)) opened++;
            else outstanding += FakePeer.BytesOf(message);
        }

        return outstanding;
    }

    private static long ReadPages(FeedFixture fixture) => fixture.Shop.Feed.Figures.TailReads + fixture.Shop.Feed.Figures.StoreReads;
}
