using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Subscriptions.Cli.Working.Execution;

/// <summary>
/// A shell command with all that it starts. It has a session of its own where the system has <c>setsid</c>, so that a Ctrl-C in the terminal
/// reaches this program alone, which then ends the command in its own way; elsewhere its processes are found by their parents.
/// </summary>
internal sealed class ProcessGroup : IDisposable
{
    private const int Terminate = 15;
    private const int Kill = 9;

    private static readonly string? SessionProgram =
        new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    private readonly bool _hasSession;

    private ProcessGroup(Process process, bool hasSession)
    {
        Process = process;
        _hasSession = hasSession;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>The shell.</summary>
    public Process Process { get; }

    /// <summary>Starts a command.</summary>
    /// <param name="command">What <c>sh -c</c> takes.</param>
    /// <param name="environment">What is set beside this program's own environment; null takes a variable away.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no shell, or no process can be started.</exception>
    public static ProcessGroup Start(string command, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        string[] line = SessionProgram is null ? ["/bin/sh", "-c", command] : [SessionProgram, "/bin/sh", "-c", command];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return new ProcessGroup(Process.Start(start)!, SessionProgram is not null);
    }

    /// <summary>Asks all of them to end.</summary>
    public void AskToEnd() => Signal(Terminate);

    /// <summary>Ends all of them.</summary>
    public void End()
    {
        if (_hasSession)
        {
            Signal(Kill);
            return;
        }

        try
        {
            Process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException)
        {
            // They have ended already, which is all that is wanted.
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Process.Dispose();
    }

    // The group outlives its leader, and its number is not given to others while it has members. Where there is no group any more, or not yet,
    // the call fails, which is as well.
    private void Signal(int signal)
    {
        if (_hasSession) _ = NativeMethods.kill(-Process.Id, signal);
        if (!Process.HasExited) _ = NativeMethods.kill(Process.Id, signal);
    }

    private void OnProcessExit(object? sender, EventArgs e) => End();

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int kill(int process, int signal);
    }
}
