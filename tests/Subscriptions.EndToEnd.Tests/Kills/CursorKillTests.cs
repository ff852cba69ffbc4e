using Subscriptions.Client;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>The server program is killed around moves of the cursor, while workers are connected and acks are under way.</summary>
[Trait("Category", "Crash")]
public sealed class CursorKillTests
{
    private const int TimeLimit = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = TimeLimit)]
    [InlineData(1, OpeningStrategy.Wait)]
    [InlineData(3, OpeningStrategy.Concurrent)]
    public async Task Kill_AroundAMoveOfTheCursor_NoAckUndoesTheMoveAndNothingIsLost(int workers, OpeningStrategy strategy)
    {
        var policy = new RetryPolicy { MaxAttempts = 1000, InitialBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.FromMilliseconds(5) };
        await using var run = await KillRun.StartAsync(policy);
        var (random, mover) = (run.Random, new CursorMover(run.Client, run.Ledger, run.Random.Next()));
        run.StartWorkers(workers, strategy, failsOneOf: 6, leavesAtOneOf: 0);

        for (var kill = 0; kill < KillSettings.Kills(byDefault: 4); kill++)
        {
            var before = await KillRun.RetryAsync(() => run.Client.Subscriptions.GetAsync(KillRun.Database, KillRun.Subscription, Cancellation));
            var working = run.WorkAsync(random.Next(1, 40));
            for (var i = 0; i < 8; i++) await run.Writer.WriteAsync();
            await working;

            // At random before the answer, while the workers come back to what was moved, or as soon as the answer is there.
            var moving = mover.MoveAsync(random.Next(2) == 0 ? null : before.ChangeVector);
            if (kill % 2 == 0) await Task.WhenAny(moving, Task.Delay(TimeSpan.FromMicroseconds(random.Next(4_000)), TimeProvider.System, Cancellation));
            else await moving;
            await run.KillAsync();
            await moving;

            await run.UntilAsync(() => !Owed(run, mover).Any(), () => $"{Owed(run, mover).Count()} orders above {mover} did not come again. ");
        }

        await run.StopAsync();
        await run.DrainAsync();

        run.AssertPromisesKept();
        Assert.NotEqual(0, mover.Moves);
    }

    // What lies behind the cursor's last place and was not acked since.
    private static IEnumerable<(int Partition, long Seqno)> Owed(KillRun run, CursorMover mover) => run.Writer.Confirmed.Values.Where(
        order => order.Seqno > mover.Through.GetValueOrDefault(order.Partition) && !run.Ledger.IsAcked(order.Partition, order.Seqno));
}
