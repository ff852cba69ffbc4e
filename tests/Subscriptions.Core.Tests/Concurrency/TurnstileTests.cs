using Subscriptions.Core.Concurrency;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Concurrency;

public sealed class TurnstileTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnterAsync_WhileSomebodyIsInside_WaitsInOrder()
    {
        var turnstile = new Turnstile();
        var turn = await turnstile.EnterAsync(Cancellation);
        var waiting = Enumerable.Range(0, 3).Select(_ => turnstile.EnterAsync(Cancellation).AsTask()).ToArray();

        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.DoesNotContain(waiting[i..], task => task.IsCompleted);
            turn.Dispose();
            turn = await waiting[i].Within();
        }

        turn.Dispose();
        (await turnstile.EnterAsync(Cancellation).Within()).Dispose();
    }

    [Fact]
    public async Task EnterAsync_GivenUp_LeavesTheTurnToTheNext()
    {
        var turnstile = new Turnstile();
        var turn = await turnstile.EnterAsync(Cancellation);
        using var impatient = new CancellationTokenSource();
        var givenUp = turnstile.EnterAsync(impatient.Token).AsTask();
        var next = turnstile.EnterAsync(Cancellation).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.Within());
        turn.Dispose();

        (await next.Within()).Dispose();
    }

    [Fact]
    public async Task EnterAsync_ManyAtOnce_OneIsInside()
    {
        var turnstile = new Turnstile();
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            using var turn = await turnstile.EnterAsync(Cancellation);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }))).Within();

        Assert.Equal(1, most);
    }
}
