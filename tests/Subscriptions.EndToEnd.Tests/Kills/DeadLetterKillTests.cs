using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>The server program is killed while items are given up, and an administrator replays some of them and discards others.</summary>
[Trait("Category", "Crash")]
public sealed class DeadLetterKillTests
{
    private const int TimeLimit = 3_600_000;
    private const int MaxAttempts = 2;

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileDeadLettersAreReplayedAndDiscarded_NoneIsLostAndNothingIsUndone()
    {
        var policy = new RetryPolicy { MaxAttempts = MaxAttempts, InitialBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero };

        // Each document has one version, so that what becomes of it is known from its id.
        await using var run = await KillRun.StartAsync(policy, repeats: false);
        var keeper = new LetterKeeper(run.Client, run.Ledger, run.Random.Next());
        run.StartWriting();
        run.StartWorkers(2, OpeningStrategy.Wait, failsOneOf: 2, leavesAtOneOf: 0);
        run.Start(keeper.RunAsync);

        for (var kill = 0; kill < KillSettings.Kills(byDefault: 4); kill++)
        {
            var goal = keeper.Actions + run.Random.Next(1, 6);
            await run.UntilAsync(() => keeper.Actions >= goal);
            await run.WorkAsync(run.Random.Next(1, 30));
            await run.KillAsync();
        }

        await run.StopAsync();
        await run.Writer.WriteAsync();
        await run.DrainAsync(failsAll: true);
        var letters = await keeper.ListAsync();
        Assert.NotEmpty(letters);
        Assert.All(letters.Values, letter => Assert.Equal(MaxAttempts, letter.Attempts));

        // Each answer is as durable as the last: the server dies as soon as it has come.
        var (replayed, discarded) = (letters.Keys.Where((_, i) => i % 2 == 0).ToList(), letters.Keys.Where((_, i) => i % 2 == 1).ToList());
        await keeper.ReplayAsync(replayed);
        await run.KillAsync();
        await keeper.DiscardAsync(discarded);
        await run.KillAsync();
        await run.DrainAsync();
        Assert.Empty(await keeper.ListAsync());

        run.AssertNothingLost(keeper.MayHaveDiscarded);
        keeper.CheckReplays();
        run.AssertPromisesKept();
        TestContext.Current.TestOutputHelper?.WriteLine($"{keeper.Replayed} replayed, {keeper.Discarded} discarded");
    }
}
