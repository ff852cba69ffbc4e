using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Lets time pass for a server that works beside the test.</summary>
internal static class ClockExtensions
{
    /// <summary>Moves the clock on in small steps until the server has done something; what it does between two steps takes real time.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="done">What the server has done then.</param>
    /// <param name="pace">How much real time a quarter of a second takes at least: enough for a busy machine to do what must be done by then. Default 5 ms.</param>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider clock, Task<T> done, TimeSpan? pace = null)
    {
        while (!done.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(pace ?? TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return await done.Within();
    }
}
