using System.Text.Json;
using Subscriptions.Cli.Benchmarking;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

/// <summary><c>subs bench</c> as the process that it is. That it measures something, and never how fast.</summary>
public sealed class BenchTests(CliServer server) : IClassFixture<CliServer>
{
    private static readonly string[] Always = ["scenario", "unit", "rounds", "cpus", "dotnet"];

    [Fact]
    public async Task Bench_AllScenariosQuickly_GivesAllFiguresAndLeavesNothingBehind()
    {
        using var folder = new TemporaryFolder();

        var result = await SubsProcess.RunAsync(server: null, "bench", "--quick", "--json", "--data", folder.FullPath);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Empty(result.Error);
        Assert.Equal(BenchScenarios.Names, result.Objects.Select(o => o.GetProperty("scenario").GetString()).Distinct());
        Assert.All(result.Objects, AssertPlausible);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.FullPath));
        Assert.Empty(ProcessesThatUse(folder.FullPath));
    }

    [Fact]
    public async Task Bench_ForPeople_IsATableWithBars()
    {
        using var folder = new TemporaryFolder();

        var result = await SubsProcess.RunAsync(
            server: null, "bench", "latency", "write-500", "drain-1", "--window", "8", "--quick", "--data", folder.FullPath);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(result.Lines, line => line.StartsWith("SCENARIO ", StringComparison.Ordinal));
        Assert.Contains(result.Lines, line => line.StartsWith("write-500, 8 in flight ", StringComparison.Ordinal) && line.Contains('█'));
        Assert.Contains(result.Lines, line => line.StartsWith("latency ", StringComparison.Ordinal) && line.Contains(" ms", StringComparison.Ordinal));
        Assert.Contains(result.Lines, line => line.StartsWith("drain-1, window 8 ", StringComparison.Ordinal));
        Assert.Matches("^[0-9]+ processors?, load ", result.Lines[^1]);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.StartsWith("1/3  write-500: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_JsonAndMarkdown_IsRefused()
    {
        var result = await SubsProcess.RunAsync(server: null, "bench", "--json", "--markdown");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--json and --markdown cannot both be given", result.ErrorObject.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_Interrupted_LeavesNothingBehind()
    {
        using var folder = new TemporaryFolder();
        await using var bench = SubsProcess.Start(server: null, "bench", "drain-1", "--docs", "10000000", "--data", folder.FullPath);
        await WaitForServerAsync(folder.FullPath);

        bench.Signal(SubsProcess.Interrupt);
        var result = await bench.WaitAsync();

        Assert.Equal(130, result.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.FullPath));
        Assert.Empty(ProcessesThatUse(folder.FullPath));
    }

    [Fact]
    public async Task Bench_NamedServer_LeavesNoDatabaseThere()
    {
        var result = await SubsProcess.RunAsync(
            server: null, "bench", "write-1", "drain-256", "latency", "idle", "--quick", "--json", "--server", server.Address.ToString());
        var databases = await SubsProcess.RunAsync(server.Address, "db", "list", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(result.Objects, figures => Assert.False(figures.TryGetProperty("rssMb", out _)));
        Assert.Equal((0, ""), (databases.ExitCode, databases.Output));
    }

    [Theory]
    [InlineData(2, "There is no scenario 'drain-7'; there are ", "drain-7")]
    [InlineData(2, "--rounds is 0; it must be from 1 to 100. ", "--rounds", "0")]
    [InlineData(2, "--size is 9000; it must be from 64 to 8000. ", "--size", "9000")]
    [InlineData(1, "the server is not at '/nowhere/server'; build it with 'make build', or name it with --server-binary", "--server-binary", "/nowhere/server")]
    [InlineData(1, "no data folder can be made in '/nowhere': there is no such folder; name another one with --data", "latency", "--data", "/nowhere")]
    [InlineData(3, "cannot reach the server at http://127.0.0.1:1: ", "latency", "--server", "127.0.0.1:1")]
    public async Task Bench_ThatCannotBeDone_SaysWhyInOneLine(int exitCode, string message, params string[] arguments)
    {
        var result = await SubsProcess.RunAsync(server: null, ["bench", .. arguments]);

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"subs: {message}", result.Error.Split('\n')[^2], StringComparison.Ordinal);
    }

    private static void AssertPlausible(JsonElement figures)
    {
        Assert.All(Always, name => Assert.True(figures.TryGetProperty(name, out _), $"no {name}: {figures}"));
        Assert.All(
            figures.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number && member.Name is not ("load1" or "cpuPercent")),
            member => Assert.True(member.Value.GetDouble() > 0, $"{member.Name} is nothing: {figures}"));
        Assert.True(
            figures.TryGetProperty("rate", out _) || figures.TryGetProperty("p50Ms", out _) || figures.TryGetProperty("cpuPercent", out _),
            $"nothing was measured: {figures}");
    }

    private static async Task WaitForServerAsync(string folder)
    {
        using var limit = new CancellationTokenSource(TestTimeout.Default);
        while (ProcessesThatUse(folder).Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    private static List<string> ProcessesThatUse(string folder) => [.. Directory
        .EnumerateDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _))
        .Select(CommandLineOf)
        .Where(line => line.Contains("subscriptions-server", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal))];

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return string.Empty;
        }
    }
}
