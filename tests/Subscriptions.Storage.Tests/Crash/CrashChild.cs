using System.Diagnostics;
using System.Globalization;
using Subscriptions.CrashDriver;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Crash;

/// <summary>A run of the crash driver that is killed.</summary>
internal static class CrashChild
{
    /// <summary>How many kills a crash test makes: the environment variable <c>CRASH_KILLS</c>.</summary>
    public static int Kills(int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable("CRASH_KILLS"), CultureInfo.InvariantCulture, out var given) ? given : byDefault;

    /// <summary>The first seed of a crash test: the environment variable <c>CRASH_SEED</c> when a run is to be repeated.</summary>
    public static int Seed() =>
        int.TryParse(Environment.GetEnvironmentVariable("CRASH_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(1_000_000);

    /// <summary>Starts a scenario and kills it with SIGKILL after it printed a number of lines.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="seed">The scenario's seed.</param>
    /// <param name="lines">After how many lines; 0 kills it while it opens its stores.</param>
    /// <param name="lull">How much longer to wait, so that the kill does not always follow an answer.</param>
    /// <param name="cancellationToken">Kills it too.</param>
    /// <returns>All complete lines that it printed, but for <see cref="CrashJournal.Ready"/>.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        string scenario, string folder, int seed, int lines, TimeSpan lull, CancellationToken cancellationToken)
    {
        using var process = Start(scenario, folder, seed);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var printed = new List<string>();
            while (printed.Count < lines && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line) printed.Add(line);
            await Task.Delay(lull, TimeProvider.System, cancellationToken);
            Assert.False(process.HasExited, $"The {scenario} scenario ended by itself: {await ErrorsOfAsync(process, errors)}");

            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
            printed.AddRange(CompleteLines(await process.StandardOutput.ReadToEndAsync(cancellationToken)));
            await errors.Within();
            return [.. printed.Where(line => line != CrashJournal.Ready)];
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Runs a scenario that ends by itself.</summary>
    /// <returns>All lines that it printed.</returns>
    public static async Task<IReadOnlyList<string>> RunToEndAsync(
        string scenario, string folder, int seed, CancellationToken cancellationToken)
    {
        using var process = Start(scenario, folder, seed);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.True(process.ExitCode == 0, $"The {scenario} scenario failed: {await ErrorsOfAsync(process, errors)}");
            return [.. CompleteLines(printed)];
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Runs a scenario whose store refuses to open.</summary>
    /// <returns>The line that says why.</returns>
    public static async Task<string> RunRefusedAsync(string scenario, string folder, CancellationToken cancellationToken)
    {
        using var process = Start(scenario, folder, seed: 0);
        try
        {
            var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.Equal(Program.FaultExitCode, process.ExitCode);
            return CompleteLines(printed).Last();
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(string scenario, string folder, int seed)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { typeof(Program).Assembly.Location, scenario, folder, seed.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("The crash driver did not start.");
    }

    private static async Task<string> ErrorsOfAsync(Process process, Task<string> errors) =>
        process.HasExited ? $"exit code {process.ExitCode}, {await errors}" : "";

    // The kill may have cut the last line.
    private static IEnumerable<string> CompleteLines(string text) => text.Split('\n').SkipLast(1);
}
