using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>The server program is killed while workers fail items and those are tried again.</summary>
[Trait("Category", "Crash")]
public sealed class NackKillTests
{
    private const int TimeLimit = 3_600_000;

    private static readonly RetryPolicy Patient = new()
    {
        MaxAttempts = 1000,
        InitialBackoff = TimeSpan.FromMilliseconds(2),
        MaxBackoff = TimeSpan.FromMilliseconds(100),
    };

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileAWorkerFailsItems_TheyComeAgainWithTheirAttemptsAndNoConfirmedOneDoes()
    {
        await using var run = await KillRun.StartAsync(Patient);
        run.StartWriting();
        run.StartWorkers(2, OpeningStrategy.Wait, failsOneOf: 3, leavesAtOneOf: 0);

        for (var kill = 0; kill < KillSettings.Kills(byDefault: 4); kill++)
        {
            await run.WorkAsync(run.Random.Next(1, 200));
            await run.KillAsync();
        }

        await run.StopAsync();
        await run.DrainAsync();

        run.AssertNothingLost();
        run.AssertPromisesKept();
        Assert.NotEqual(0, run.Ledger.Failures);
        Assert.Empty(await run.Client.DeadLetters.ListAsync(KillRun.Database, KillRun.Subscription, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_WhileWorkersShare_NoDocumentIsWithTwoAndNoConfirmedOneComesBack()
    {
        await using var run = await KillRun.StartAsync(Patient, isShared: true);
        run.StartWriting();
        run.StartWorkers(4, OpeningStrategy.Concurrent, failsOneOf: 10, leavesAtOneOf: 25);

        for (var kill = 0; kill < KillSettings.Kills(byDefault: 4); kill++)
        {
            await run.WorkAsync(run.Random.Next(1, 400));
            await run.KillAsync();
        }

        await run.StopAsync();
        await run.DrainAsync();

        run.AssertNothingLost();
        run.AssertPromisesKept();
    }
}
