using System.Diagnostics;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

/// <summary><c>scripts/bench-report.sh</c> puts figures into a page and nothing else.</summary>
public sealed class BenchReportScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Script_PageWithOldFigures_ReplacesThemAndKeepsTheRest()
    {
        var page = Page("# Title\n\n<!-- bench:begin -->\nold figures\n<!-- bench:end -->\n\nEnd.\n");

        var (exitCode, error) = await RunAsync(page, "sync");

        var text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, error);
        Assert.StartsWith("# Title\n\n<!-- bench:begin -->\n\nMeasured on ", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n<!-- bench:end -->\n\nEnd.\n", text, StringComparison.Ordinal);
        Assert.Contains("\n| sync | ", text, StringComparison.Ordinal);
        Assert.Contains("\nMachine: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old figures", text, StringComparison.Ordinal);
        Assert.Equal([page], Directory.EnumerateFileSystemEntries(_folder.FullPath));
    }

    [Theory]
    [InlineData("<!-- bench:begin -->\nold\n<!-- bench:end -->\n", "drain-7")]
    [InlineData("no markers\n", "sync")]
    public async Task Script_ThatCannotDoIt_LeavesThePageAsItWas(string text, string scenario)
    {
        var page = Page(text);

        var (exitCode, error) = await RunAsync(page, scenario);

        Assert.NotEqual(0, exitCode);
        Assert.NotEmpty(error);
        Assert.Equal(text, await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
        Assert.Equal([page], Directory.EnumerateFileSystemEntries(_folder.FullPath));
    }

    private string Page(string text)
    {
        File.WriteAllText(_folder["page.md"], text);
        return _folder["page.md"];
    }

    // The script runs what 'make build' left; here that is the program that these tests were built with.
    private static async Task<(int ExitCode, string Error)> RunAsync(string page, string scenario)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Subscriptions.sln"))) root = root.Parent!;
        var start = new ProcessStartInfo(Path.Combine(root.FullName, "scripts", "bench-report.sh"))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(scenario);
        start.ArgumentList.Add("--quick");
        start.Environment["BENCH_PAGE"] = page;
        start.Environment["BENCH_SUBS"] = SubsProcess.Program;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync().Within();
        await process.WaitForExitAsync().Within();
        return (process.ExitCode, await error);
    }
}
