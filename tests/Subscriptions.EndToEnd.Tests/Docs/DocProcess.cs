using System.Diagnostics;
using System.Runtime.InteropServices;
using Subscriptions.TestKit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>A shell that runs a block of commands, in a process group of its own, with all that it prints.</summary>
internal sealed class DocProcess : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private const int KillSignal = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _reading;
    private TaskCompletionSource _printed = NewSignal();
    private int _matched;

    private DocProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>All lines that it has printed.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    /// <summary>Starts commands.</summary>
    /// <param name="commands">As for bash; the first that fails ends it.</param>
    /// <param name="folder">Where.</param>
    /// <param name="environment">Set besides what is inherited; null removes.</param>
    public static DocProcess Start(string commands, string folder, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["bash", "-c", $"exec 2>&1\nset -e\n{commands}"]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new DocProcess(Process.Start(start) ?? throw new InvalidOperationException("setsid did not start."));
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> WaitAsync()
    {
        await _reading.Within(Patience);
        await _process.WaitForExitAsync().Within();
        return _process.ExitCode;
    }

    /// <summary>Waits until it has printed something, after what was waited for before.</summary>
    public Task WaitForAsync(DocOutput expected) => WaitAsync(MatchAsync(expected), $"\n{expected}\n");

    /// <summary>Waits until its lines are as they should be.</summary>
    /// <param name="condition">How.</param>
    /// <param name="words">How, in words.</param>
    public Task WaitForAsync(Func<IReadOnlyList<string>, bool> condition, string words) => WaitAsync(MatchAsync(condition), words);

    /// <summary>Ends it and all that it started, as Ctrl-C does in a terminal.</summary>
    public async Task StopAsync()
    {
        // Not SIGINT, which is ignored by what is started from a shell's background.
        _ = NativeMethods.kill(-_process.Id, TerminateSignal);
        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _ = NativeMethods.kill(-_process.Id, KillSignal);
        await WaitAsync();
        _process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WaitAsync(Task match, string expected)
    {
        try
        {
            await match.Within(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Expected: {expected}\nGot:\n{string.Join('\n', Lines)}");
        }
    }

    private async Task MatchAsync(Func<IReadOnlyList<string>, bool> condition)
    {
        while (true)
        {
            var printed = PrintedAsync();
            if (condition(Lines)) return;
            await printed;
        }
    }

    private async Task MatchAsync(DocOutput expected)
    {
        while (true)
        {
            var printed = PrintedAsync();
            if (expected.FindIn([.. Lines.Skip(_matched)]) is { } count)
            {
                _matched += count;
                return;
            }

            await printed;
        }
    }

    private Task PrintedAsync()
    {
        lock (_lines) return _printed.Task;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
                _printed.SetResult();
                _printed = NewSignal();
            }
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int kill(int process, int signal);
    }
}
