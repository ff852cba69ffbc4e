using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class ListenerGroupTests : IAsyncDisposable
{
    private const int Many = 40;

    private readonly CancellationTokenSource _stopping = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ListenerGroup _group;
    private readonly List<CountingListener> _patient;
    private TimeSpan _wakingTakes = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ListenerGroupTests()
    {
        _group = new ListenerGroup(_clock);
        _patient = [.. Enumerable.Range(0, Many).Select(_ => Listen(isPatient: true))];
        _patient[0].Does = () => _clock.Advance(_wakingTakes);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Wake_AfterMuchWasWrittenAtOnce_TellsWithoutAPause()
    {
        _group.Wake(1_000);
        await AllAreWoken(times: 1);

        _group.Wake(1);

        await AllAreWoken(times: 2);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Theory]
    [InlineData(10, 2, 10)]
    [InlineData(10, 6, 50)]
    [InlineData(10, 1_000, 320)]
    [InlineData(100, 1_000, 500)]
    public async Task Wake_WritersGoOn_LeavesThemTheirTime(int wakingTakes, int changes, int pause)
    {
        _wakingTakes = TimeSpan.FromMilliseconds(wakingTakes);
        await WriteTwiceAsync(changes);

        _group.Wake(1);
        _clock.Advance(TimeSpan.FromMilliseconds(pause - 1));
        Assert.Equal(1, _clock.ArmedTimers);
        Assert.All(_patient, listener => Assert.Equal(2, listener.Woken));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await AllAreWoken(times: 3);
    }

    [Fact]
    public async Task Wake_AfterHalfASecondOfQuiet_BeginsAnew()
    {
        await WriteTwiceAsync(changes: 6);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        _clock.Advance(TimeSpan.FromMilliseconds(500));

        _group.Wake(6);
        await AllAreWoken(times: 3);
        _group.Wake(1);

        await AllAreWoken(times: 4);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task Wake_InAPause_TellsPromptOnesAtOnce()
    {
        await WriteTwiceAsync(changes: 6);
        var prompt = Listen(isPatient: false);

        _group.Wake(1);

        await UntilAsync(() => prompt.Woken == 1);
        Assert.All(_patient, listener => Assert.Equal(2, listener.Woken));
    }

    // What follows is written in a pause.
    private async Task WriteTwiceAsync(int changes)
    {
        _group.Wake(1);
        await AllAreWoken(times: 1);
        _group.Wake(changes);
        await UntilAsync(() => _clock.ArmedTimers == 1);
        await AllAreWoken(times: 2);
    }

    private CountingListener Listen(bool isPatient)
    {
        var listener = new CountingListener();
        _group.Add(listener.Signal, isPatient);
        _ = listener.RunAsync(_stopping.Token);
        return listener;
    }

    private async Task AllAreWoken(int times)
    {
        await UntilAsync(() => _patient.TrueForAll(listener => listener.Woken >= times));
        Assert.All(_patient, listener => Assert.Equal(times, listener.Woken));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TestTimeout.Default);
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
    }

    private sealed class CountingListener
    {
        private int _woken;

        public AsyncSignal Signal { get; } = new();

        public Action? Does { get; set; }

        public int Woken => Volatile.Read(ref _woken);

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                Does?.Invoke();
                Interlocked.Increment(ref _woken);
            }
        }
    }
}
