using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Lets time pass for a server that works beside the test.</summary>
internal static class ClockExtensions
{
    /// <summary>Moves the clock on in small steps until the server has done something; what it does between two steps takes real time.</summary>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider clock, Task<T> done)
    {
        while (!done.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return await done.Within();
    }
}
