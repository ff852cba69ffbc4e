using System.Diagnostics;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Programs;

/// <summary>
/// A program that this one runs. It does not outlive this process: disposal kills it, and so does the end of this process, unless
/// that is killed itself.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Settings of the server in the environment, and this program's own.
    private const string SettingsPrefix = "SUBSCRIPTIONS_";
    private const int KeptErrorLines = 40;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Queue<string> _errors = new();
    private readonly Task _reading;

    private ChildProcess(Process process, Action<string> onLine)
    {
        _process = process;
        Id = process.Id;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, onLine), ReadAsync(process.StandardError, KeepError));
    }

    /// <summary>The process's id.</summary>
    public int Id { get; }

    /// <summary>True when it runs no more.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it exited with, once it has.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines that it wrote to its standard error.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="onLine">Called with each line of its standard output, one at a time.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string folder, Action<string> onLine)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var variable in start.Environment.Keys.Where(IsSetting).ToList()) start.Environment.Remove(variable);
        try
        {
            var process = Process.Start(start) ?? throw new CommandFailedException($"'{program}' did not start");
            process.StandardInput.Close();
            return new ChildProcess(process, onLine);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CommandFailedException($"'{program}' cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Kills it with SIGKILL: it gets no chance to do anything any more.</summary>
    public async Task KillAsync()
    {
        Kill();
        await WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits until it has ended and all that it wrote is read.</summary>
    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await KillAsync();
        _process.Dispose();
    }

    private static bool IsSetting(string variable) => variable.StartsWith(SettingsPrefix, StringComparison.OrdinalIgnoreCase);

    private static async Task ReadAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line) onLine(line);
    }

    private void OnProcessExit(object? sender, EventArgs e) => Kill();

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already, which is all that is wanted.
            return;
        }
    }

    private void KeepError(string line)
    {
        lock (_gate)
        {
            if (_errors.Count == KeptErrorLines) _errors.Dequeue();
            _errors.Enqueue(line);
        }
    }
}
