using Subscriptions.EndToEnd.Tests.Cli;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Demo;

/// <summary><c>subs demo</c> as it is run by <c>make demo</c>.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_Runs_AndEndsWithItsFigures()
    {
        var result = await SubsProcess.RunAsync(server: null, "demo");

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Matches("^demo ok: 61 orders shipped, [0-9]+ confirmed, none of those twice; [0-9]+ unconfirmed came again; ", result.Lines[^1]);
        Assert.Contains(result.Lines, line => line.EndsWith("killed with SIGKILL", StringComparison.Ordinal));
        Assert.Contains(result.Lines, line => line.Contains("was told TAKEN_OVER and stopped", StringComparison.Ordinal));
        Assert.False(Directory.Exists(FolderOf(result)));
    }

    [Fact]
    public async Task Demo_WorkerThatEnds_FailsAndCleansUp()
    {
        var result = await SubsProcess.RunAsync(server: null, "demo", "--worker-binary", "/bin/true");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("demo failed: worker 'first' ended with exit code 0", result.Lines[^1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(FolderOf(result)));
    }

    [Fact]
    public async Task Demo_InterruptedInTheMiddle_EndsItsProcesses()
    {
        await using var demo = SubsProcess.Start(server: null, "demo");
        string? line;
        do
        {
            line = await demo.ReadLineAsync();
        }
        while (line is not null && !line.Contains("worker 'first' is process ", StringComparison.Ordinal));

        demo.Signal(SubsProcess.Interrupt);
        var result = await demo.WaitAsync();

        Assert.Equal(130, result.ExitCode);
        Assert.False(IsAlive(result, "     process "));
        Assert.False(IsAlive(result, "     worker 'first' is process "));
        Assert.False(Directory.Exists(FolderOf(result)));
    }

    [Fact]
    public async Task Demo_ProgramThatIsNotThere_SaysWhatToDo()
    {
        var result = await SubsProcess.RunAsync(server: null, "demo", "--server-binary", "/nowhere/server");

        Assert.Equal(
            (1, "demo failed: the server is not at '/nowhere/server'; build it with 'make demo', or name it with --server-binary\n", ""),
            (result.ExitCode, result.Output, result.Error));
    }

    private static string FolderOf(SubsResult result) =>
        result.Lines.Single(line => line.Contains(", data in ", StringComparison.Ordinal)).Split(", data in ")[1];

    private static bool IsAlive(SubsResult result, string prefix)
    {
        var line = result.Lines.Single(line => line.StartsWith(prefix, StringComparison.Ordinal));
        return Directory.Exists($"/proc/{line[prefix.Length..].Split(' ')[0]}");
    }
}
