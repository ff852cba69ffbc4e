using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>
/// Every opening strategy meets every holder, over gRPC: what the server answers, and what each of the two workers does next. The holder has
/// a batch in hand when the newcomer comes.
/// </summary>
public sealed class StrategyMatrixTests(CliServer server) : IClassFixture<CliServer>
{
    private const OpeningStrategy Fail = OpeningStrategy.Fail;
    private const OpeningStrategy Wait = OpeningStrategy.Wait;
    private const OpeningStrategy TakeOver = OpeningStrategy.TakeOver;
    private const OpeningStrategy Concurrent = OpeningStrategy.Concurrent;

    /// <summary>What becomes of the newcomer.</summary>
    public enum Answer
    {
        /// <summary>It is free: it has it.</summary>
        Grant,

        /// <summary>It is told who has it, and ends; the holder goes on.</summary>
        Refuse,

        /// <summary>It waits while the holder goes on, and has it when the holder leaves.</summary>
        Queue,

        /// <summary>It has it, and the holder ends.</summary>
        Replace,

        /// <summary>Both have it.</summary>
        Share,
    }

    /// <summary>The newcomer's strategy; the holder's, null: there is none; the answer.</summary>
    public static TheoryData<OpeningStrategy, OpeningStrategy?, Answer> Matrix => new()
    {
        { Fail, null, Answer.Grant },
        { Fail, Fail, Answer.Refuse },
        { Fail, Wait, Answer.Refuse },
        { Fail, TakeOver, Answer.Refuse },
        { Fail, Concurrent, Answer.Refuse },

        { Wait, null, Answer.Grant },
        { Wait, Fail, Answer.Queue },
        { Wait, Wait, Answer.Queue },
        { Wait, TakeOver, Answer.Queue },
        { Wait, Concurrent, Answer.Refuse },

        { TakeOver, null, Answer.Grant },
        { TakeOver, Fail, Answer.Replace },
        { TakeOver, Wait, Answer.Replace },
        { TakeOver, TakeOver, Answer.Refuse },
        { TakeOver, Concurrent, Answer.Refuse },

        { Concurrent, null, Answer.Grant },
        { Concurrent, Fail, Answer.Refuse },
        { Concurrent, Wait, Answer.Refuse },
        { Concurrent, TakeOver, Answer.Refuse },
        { Concurrent, Concurrent, Answer.Share },
    };

    [Fact]
    public void Matrix_Pairs_AreAllThereAndOnce()
    {
        var strategies = Enum.GetValues<OpeningStrategy>();
        var pairs = strategies.SelectMany(incoming => strategies.Cast<OpeningStrategy?>().Prepend(null).Select(holding => (incoming, holding)));

        Assert.Equal(pairs.Order(), Matrix.Select(row => (row.Data.Item1, row.Data.Item2)).Order());
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Open_ForEachPair_BothDoAsTheMatrixSays(OpeningStrategy incoming, OpeningStrategy? holding, Answer answer)
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 2);
        await using var scene = new MatrixScene(server, database);
        if (holding is { } strategy) await scene.HoldAsync(strategy);

        scene.Newcomer = new TestWorker(server.Address, database, MatrixScene.NewcomersName, incoming);

        await (answer switch
        {
            Answer.Grant => NewcomerHasItAsync(scene),
            Answer.Refuse => NewcomerEndsAndHolderGoesOnAsync(scene, holding!.Value),
            Answer.Queue => NewcomerWaitsAndHasItAfterwardsAsync(scene),
            Answer.Replace => HolderEndsAndNewcomerHasItAsync(scene, incoming),
            _ => BothHaveItAsync(scene),
        });
    }

    private static async Task NewcomerHasItAsync(MatrixScene scene)
    {
        Assert.Equal(1, (await scene.Newcomer.HearAsync<WorkerEvent.Connected>()).FencingToken);
        Assert.Equal("orders/1", await scene.Newcomer.AckNextAsync());
        await scene.AssertWorkersAsync(holders: [MatrixScene.NewcomersName], waiting: []);
    }

    private static async Task NewcomerEndsAndHolderGoesOnAsync(MatrixScene scene, OpeningStrategy holding)
    {
        var failure = (SubscriptionInUseException)await scene.Newcomer.EndsForGoodAsync(typeof(SubscriptionInUseException));

        Assert.Equal((ErrorReason.InUse, holding), (failure.Reason, failure.Holder.Strategy));
        Assert.Equal(await scene.SeenByAdministratorsAsync(MatrixScene.HoldersName), failure.Holder);
        await scene.AssertHolderGoesOnAsync();
        await scene.AssertWorkersAsync(holders: [MatrixScene.HoldersName], waiting: []);
    }

    private static async Task NewcomerWaitsAndHasItAfterwardsAsync(MatrixScene scene)
    {
        var waiting = await scene.Newcomer.HearAsync<WorkerEvent.Waiting>();
        Assert.Equal(new WorkerEvent.Waiting(await scene.SeenByAdministratorsAsync(MatrixScene.HoldersName), PlaceInQueue: 1), waiting);
        await scene.AssertWorkersAsync(holders: [MatrixScene.HoldersName], waiting: [MatrixScene.NewcomersName]);
        await scene.AssertHolderGoesOnAsync();
        Assert.False(scene.Newcomer.WasServed);

        await scene.Holder.LeaveAsync();

        Assert.Equal(2, (await scene.Newcomer.HearAsync<WorkerEvent.Connected>()).FencingToken);
        Assert.Equal("orders/2", await scene.Newcomer.AckNextAsync());
        await scene.AssertWorkersAsync(holders: [MatrixScene.NewcomersName], waiting: []);
    }

    private static async Task HolderEndsAndNewcomerHasItAsync(MatrixScene scene, OpeningStrategy incoming)
    {
        Assert.Equal(2, (await scene.Newcomer.HearAsync<WorkerEvent.Connected>()).FencingToken);

        var lost = await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => scene.InHoldersHand.AckAsync().Within());
        var failure = (SubscriptionTakenOverException)await scene.Holder.EndsForGoodAsync(typeof(SubscriptionTakenOverException));

        Assert.Same(failure, lost.InnerException);
        Assert.Equal((ErrorReason.TakenOver, incoming), (failure.Reason, failure.Holder.Strategy));
        Assert.Equal(await scene.SeenByAdministratorsAsync(MatrixScene.NewcomersName), failure.Holder);
        Assert.Equal(["orders/1", "orders/2"], [await scene.Newcomer.AckNextAsync(), await scene.Newcomer.AckNextAsync()]);
        await scene.AssertWorkersAsync(holders: [MatrixScene.NewcomersName], waiting: []);
    }

    private static async Task BothHaveItAsync(MatrixScene scene)
    {
        Assert.Equal(2, (await scene.Newcomer.HearAsync<WorkerEvent.Connected>()).FencingToken);

        Assert.Equal("orders/2", await scene.Newcomer.AckNextAsync());
        await scene.InHoldersHand.AckAsync().Within();
        await scene.WriteTwoMoreAsync();

        // Each has a batch that the other has not: neither was sent away.
        var each = (SubscriptionBatch[])[await scene.Holder.NextAsync(), await scene.Newcomer.NextAsync()];
        Assert.Equal(["orders/3", "orders/4"], each.Select(batch => batch.Items.Single().Id).Order());
        Assert.Equal([1, 2], each.Select(batch => batch.FencingToken));
        await scene.AssertWorkersAsync(holders: [MatrixScene.HoldersName, MatrixScene.NewcomersName], waiting: []);
    }
}
