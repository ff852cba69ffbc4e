using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Waits for what other threads are about to do.</summary>
internal static class Eventually
{
    private const int MostTries = 3000;

    /// <summary>Waits until something holds.</summary>
    public static async Task IsAsync(Func<bool> condition)
    {
        for (var i = 0; i < MostTries && !condition(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }
}
