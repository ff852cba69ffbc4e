using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class LeaseTests
{
    [Fact]
    public async Task Join_OneAfterTheOther_SharesAreRevokedBeforeOthersHaveThem()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));

        var b = scene.Start("b");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3) && b.HasAll(4, 5, 6, 7));

        Assert.Equal(["assign 0,1,2,3,4,5,6,7", "revoke 4,5,6,7"], a.Calls);
        Assert.True(b.Epoch > a.Epoch);
    }

    [Fact]
    public async Task Leave_InOrder_OthersHaveItsShareWithoutWaitingForTheLease()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var b = scene.Start("b");
        await scene.UntilAsync(() => b.HasAll(4, 5, 6, 7));

        await a.StopAsync();

        Assert.Empty(a.Working);
        Assert.Single(scene.Table.Members);
        var leftAt = scene.Time.GetUtcNow();
        await scene.UntilAsync(() => b.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        Assert.True(scene.Time.GetUtcNow() - leftAt < LeaseScene.Lease);
    }

    [Fact]
    public async Task CutOff_FromTheDocuments_StopsBeforeAnotherBegins()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var b = scene.Start("b");
        await scene.UntilAsync(() => b.HasAll(4, 5, 6, 7));
        var before = b.Epoch;

        a.IsCutOff = true;
        await scene.UntilAsync(() => b.HasAll(0, 1, 2, 3, 4, 5, 6, 7));

        // The scene itself looks that no two work on one.
        Assert.Contains("abandon 0,1,2,3", a.Calls);
        Assert.True(b.Epoch > before);

        a.IsCutOff = false;
        await scene.UntilAsync(() => a.Working.Count == 4 && b.Working.Count == 4);
    }

    [Fact]
    public async Task CutOff_ForLessThanTheLease_ChangesNothing()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var until = scene.Time.GetUtcNow() + (LeaseScene.Lease / 4);
        a.IsCutOff = true;
        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);
        a.IsCutOff = false;
        until = scene.Time.GetUtcNow() + (2 * LeaseScene.Lease);

        await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);

        Assert.Equal(["assign 0,1,2,3,4,5,6,7"], a.Calls);
    }

    [Fact]
    public async Task Begin_CheckpointsKnowANewerEpoch_ItIsRaisedAboveThat()
    {
        await using var scene = new LeaseScene();

        var a = scene.Start("a", claimedEpoch: 41);

        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        Assert.Equal(42, a.Epoch);
    }

    [Fact]
    public async Task TableLost_WhileWorking_IsMadeAgainAndNobodyWorksTwice()
    {
        await using var scene = new LeaseScene();
        var a = scene.Start("a");
        await scene.UntilAsync(() => a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        var epoch = a.Epoch;

        scene.LoseTable();

        await scene.UntilAsync(() => a.Calls.Count >= 3 && a.HasAll(0, 1, 2, 3, 4, 5, 6, 7));
        Assert.Equal("abandon 0,1,2,3,4,5,6,7", a.Calls[1]);
        Assert.True(a.Epoch >= epoch);
    }
}
