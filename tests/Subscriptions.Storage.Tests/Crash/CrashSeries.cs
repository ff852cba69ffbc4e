using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Crash;

/// <summary>What a scenario had printed when it was killed.</summary>
/// <param name="Printed">All complete lines.</param>
/// <param name="WasOpening">It was killed while it opened its stores.</param>
internal sealed record CrashRound(IReadOnlyList<string> Printed, bool WasOpening);

/// <summary>
/// A scenario that is started again and again on one folder, and killed at moments drawn from a seed: as often early as late, so after few
/// lines, after many, and every tenth time while the stores are opened.
/// </summary>
/// <param name="scenario">The scenario.</param>
/// <param name="kills">How often it is killed, unless the environment says otherwise.</param>
internal sealed class CrashSeries(string scenario, int kills) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _seed = CrashChild.Seed();

    /// <summary>The folder that the scenario has; it ends with the series.</summary>
    public string Folder => _folder["data"];

    /// <summary>The most lines before a kill, as a power of two.</summary>
    public int LinesPower { get; init; } = 12;

    /// <summary>The longest time between the last line waited for and the kill.</summary>
    public TimeSpan LongestLull { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The longest time between the start and a kill during the opening; zero: no kill comes that early.</summary>
    public TimeSpan LongestOpening { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Runs and kills, and has each round examined before the next begins.</summary>
    /// <exception cref="InvalidOperationException">A round failed: it names the seed that repeats it.</exception>
    public async Task RunAsync(Func<CrashRound, Task> examine, CancellationToken cancellationToken)
    {
        var random = new Random(_seed);
        var count = CrashChild.Kills(kills);
        for (var kill = 0; kill < count; kill++)
        {
            var isOpening = LongestOpening > TimeSpan.Zero && kill % 10 == 9;
            var lines = isOpening ? 0 : (int)Math.Pow(2, random.NextDouble() * LinesPower);
            var lull = random.NextDouble() * (isOpening ? LongestOpening : LongestLull);
            try
            {
                var printed = await CrashChild.RunAsync(scenario, Folder, _seed + (kill * 10), lines, lull, cancellationToken);
                await examine(new CrashRound(printed, isOpening));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"CRASH_SEED={_seed}, kill {kill}: {e.Message}", e);
            }
        }
    }

    /// <summary>Writes to the test's output what the series came to.</summary>
    public void Report(string found) => TestContext.Current.TestOutputHelper?.WriteLine($"CRASH_SEED={_seed}: {found}");

    public void Dispose() => _folder.Dispose();
}
