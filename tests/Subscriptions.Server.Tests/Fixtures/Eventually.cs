using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Waits for what other threads are about to do.</summary>
internal static class Eventually
{
    private const int MostTries = 3000;
    private const int LooksAtStandstill = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until something holds.</summary>
    public static async Task IsAsync(Func<bool> condition)
    {
        for (var i = 0; i < MostTries && !condition(); i++)
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }

    /// <summary>Waits until a number has not changed for a while. On a busy machine it may go on all the same.</summary>
    public static async Task StandsStillAsync(Func<long> number)
    {
        var (last, looks) = (number(), 0);
        await IsAsync(() =>
        {
            var now = number();
            looks = now == last ? looks + 1 : 0;
            last = now;
            return looks >= LooksAtStandstill;
        });
    }
}
