using Subscriptions.Core.Delivery;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

public sealed class DeliveryFiguresTests
{
    [Fact]
    public async Task Work_DeliveredNackedAcked_IsCounted()
    {
        await using var engine = await Engine.StartAsync();
        var figures = (await engine.SubscribeAsync()).Figures;
        foreach (var id in (string[])["o1", "o2", "o3"]) await engine.PutAsync(id);
        await engine.PutAsync("c1", "Companies");

        var (worker, conversation) = engine.Connect(maxDocs: 10);
        await HearAsync<ServerMessage.Opened>(worker);
        await HearAsync<ServerMessage.Deliver>(worker);
        Assert.Equal((1, 3), (figures.BatchesInFlight, figures.ChangesInFlight));
        worker.Say(new WorkerMessage.Nack(1, [], "again", TimeSpan.Zero));
        await HearAsync<ServerMessage.Deliver>(worker);
        worker.Say(new WorkerMessage.Ack(1));
        await HearAsync<ServerMessage.AckConfirmed>(worker);
        worker.HalfClose();
        await conversation.Within();

        var totals = figures.Totals;
        Assert.Equal((2, 6, 1, 1, 0), (totals.Batches, totals.Changes, totals.Acks, totals.Nacks, totals.Rewinds));
        Assert.True(totals.Bytes > 0 && totals.Scanned >= totals.Changes);
        Assert.Equal((0, 0), (figures.BatchesInFlight, figures.ChangesInFlight));
    }

    [Fact]
    public async Task Work_WorkerVanishes_LeavesNothingInFlight()
    {
        await using var engine = await Engine.StartAsync();
        var figures = (await engine.SubscribeAsync()).Figures;
        await engine.PutAsync("o1");
        var (worker, conversation) = engine.Connect();
        await HearAsync<ServerMessage.Opened>(worker);
        await HearAsync<ServerMessage.Deliver>(worker);

        worker.Vanish();
        await Assert.ThrowsAnyAsync<Exception>(() => conversation.Within());

        Assert.Equal((0, 0), (figures.BatchesInFlight, figures.ChangesInFlight));
        Assert.Equal((1, 0), (figures.Totals.Batches, figures.Totals.Acks));
    }

    [Fact]
    public void Totals_Added_AreBoth()
    {
        var sum = new DeliveryTotals(1, 2, 3, 4, 5, 6, 7) + new DeliveryTotals(10, 20, 30, 40, 50, 60, 70);

        Assert.Equal(new DeliveryTotals(11, 22, 33, 44, 55, 66, 77), sum);
    }

    // Passes over when the worker is told that it has caught up, which may be before or after.
    private static async Task HearAsync<T>(FakeConnection worker)
        where T : ServerMessage
    {
        while (await worker.HearAnyAsync() is var message and not T) Assert.IsType<ServerMessage.CaughtUp>(message);
    }
}
