using System.Globalization;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>How often the tests that kill the server do so, and with what luck; both can be given by the environment.</summary>
internal static class KillSettings
{
    /// <summary>How often: <c>CRASH_KILLS</c>.</summary>
    public static int Kills(int byDefault) => Number("CRASH_KILLS") ?? byDefault;

    /// <summary>What random choices are drawn from: <c>CRASH_SEED</c>, else a new one. Printed, so that a failure can be repeated.</summary>
    public static int Seed()
    {
        var seed = Number("CRASH_SEED") ?? Random.Shared.Next(1_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"CRASH_SEED={seed}");
        return seed;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var given) ? given : null;
}
