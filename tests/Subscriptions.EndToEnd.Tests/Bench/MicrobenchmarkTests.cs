using System.Diagnostics;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

/// <summary>Nobody runs the microbenchmarks every day; they must work when somebody does.</summary>
public sealed class MicrobenchmarkTests
{
    private static readonly string[] Pieces = ["ChangeVector", "Predicate", "View", "DesignFilter", "Selector", "Batch", "Sqlite", "Wire"];

    [Fact]
    public async Task Microbenchmarks_EachRunOnce_AllSucceed()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await RunAsync("--once", "--filter", "*", "--artifacts", folder.FullPath);

        Assert.True(exitCode == 0, output);
        Assert.All(Pieces, piece => Assert.Contains($"{piece}Benchmarks", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Microbenchmarks_Listed_NameEveryPiece()
    {
        var (exitCode, output) = await RunAsync("--list", "flat");

        Assert.True(exitCode == 0, output);
        var classes = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Split('.')[^2]).Distinct();
        Assert.Equal(Pieces.Select(piece => $"{piece}Benchmarks").Order(), classes.Order());
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        // artifacts/bin/<this project>/<configuration>/ lies beside the program's folder of the same configuration.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Subscriptions.Benchmarks", here.Name, "Subscriptions.Benchmarks");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync().Within(TimeSpan.FromSeconds(90));
            await process.WaitForExitAsync().Within();
            return (process.ExitCode, output);
        }
        finally
        {
            process.Kill();
        }
    }
}
