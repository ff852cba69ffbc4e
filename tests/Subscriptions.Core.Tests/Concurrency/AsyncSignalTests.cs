using Subscriptions.Core.Concurrency;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Concurrency;

public sealed class AsyncSignalTests
{
    private readonly AsyncSignal _signal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_AfterManySets_ReturnsOnce()
    {
        _signal.Set();
        _signal.SetAndRun();

        await _signal.WaitAsync(Cancellation).AsTask().Within();

        Assert.False(_signal.WaitAsync(Cancellation).AsTask().IsCompleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Set_SeveralWait_WakesTheFirst(bool runs)
    {
        var first = _signal.WaitAsync(Cancellation).AsTask();
        var second = _signal.WaitAsync(Cancellation).AsTask();

        if (runs) _signal.SetAndRun();
        else _signal.Set();

        await first.Within();
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task SetAndRun_WhoWaits_HasGoneOnWhenItReturns()
    {
        var thread = 0;
        var waiting = RunAsync();
        var waker = Task.Run(() =>
        {
            _signal.SetAndRun();
            return (Environment.CurrentManagedThreadId, Volatile.Read(ref thread));
        });

        var (here, there) = await waker.Within();
        await waiting.Within();
        Assert.Equal(here, there);

        async Task RunAsync()
        {
            await _signal.WaitAsync(Cancellation).ConfigureAwait(false);
            Volatile.Write(ref thread, Environment.CurrentManagedThreadId);
        }
    }

    [Fact]
    public async Task Set_WhoWaits_GoesOnElsewhere()
    {
        using var isReleased = new ManualResetEventSlim();
        var waiting = RunAsync();

        // Would hold this up for good.
        _signal.Set();
        isReleased.Set();

        await waiting.Within();

        async Task RunAsync()
        {
            await _signal.WaitAsync(Cancellation).ConfigureAwait(false);
            isReleased.Wait(Cancellation);
        }
    }

    [Fact]
    public async Task WaitAsync_GivenUp_LeavesTheLevelToTheNext()
    {
        using var impatient = new CancellationTokenSource();
        var givenUp = _signal.WaitAsync(impatient.Token).AsTask();
        var next = _signal.WaitAsync(Cancellation).AsTask();

        await impatient.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.Within());
        Assert.Equal(impatient.Token, error.CancellationToken);

        _signal.Set();
        await next.Within();
    }

    [Fact]
    public async Task WaitAsync_TokenCancelledBefore_IsGivenUp()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _signal.WaitAsync(new CancellationToken(true)).AsTask().Within());

        _signal.Set();
        await _signal.WaitAsync(Cancellation).AsTask().Within();
    }

    // Whoever is woken lowers the level, and whoever gives up does not: in the end as many have gone on as were let.
    [Fact]
    public async Task WaitAsync_GivenUpWhileItIsSet_NeverLosesTheSignal()
    {
        for (var i = 0; i < 2_000; i++)
        {
            using var impatient = new CancellationTokenSource();
            var wait = _signal.WaitAsync(impatient.Token).AsTask();
            await Task.WhenAll(Task.Run(impatient.Cancel, Cancellation), Task.Run(_signal.SetAndRun, Cancellation)).Within();

            await Task.WhenAny(wait).Within();
            if (!wait.IsCompletedSuccessfully) await _signal.WaitAsync(Cancellation).AsTask().Within();
        }

        Assert.False(_signal.WaitAsync(Cancellation).AsTask().IsCompleted);
    }
}
