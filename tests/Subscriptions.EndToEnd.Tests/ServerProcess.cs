using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Subscriptions.TestKit;

namespace Subscriptions.EndToEnd.Tests;

/// <summary>The server program on a data folder; can be killed, stopped and started again at the same address.</summary>
internal sealed class ServerProcess(string dataFolder) : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private const int RememberedLines = 200;
    private const string AddressLine = "gRPC listening on ";
    private const string ReadyLine = "Ready: ";

    private readonly Queue<string> _log = new();
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private TaskCompletionSource _ready = new();
    private Uri? _address;

    /// <summary>Where it is, or was before it ended and will be again.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException("The server was never started.");

    /// <summary>The last lines that it printed.</summary>
    public string Log
    {
        get
        {
            lock (_log) return string.Join('\n', _log);
        }
    }

    /// <summary>Starts it; returns when it serves.</summary>
    public async Task StartAsync()
    {
        var process = Launch();
        _process = process;
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        var ended = process.WaitForExitAsync();
        await Task.WhenAny(_ready.Task, ended).Within();
        if (!_ready.Task.IsCompleted)
        {
            await _reading.Within();
            throw new InvalidOperationException($"The server ended with exit code {process.ExitCode}:\n{Log}");
        }
    }

    /// <summary>Ends it without a chance to tidy up.</summary>
    public Task KillAsync()
    {
        Process().Kill();
        return WaitForExitAsync();
    }

    /// <summary>Asks it to end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (NativeMethods.kill(Process().Id, TerminateSignal) != 0)
            throw new InvalidOperationException($"The signal could not be sent: {Marshal.GetLastPInvokeErrorMessage()}");
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await WaitForExitAsync();
    }

    private Process Launch()
    {
        // artifacts/bin/<this project>/<configuration>/ lies beside the server's folder of the same configuration.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Subscriptions.Server", here.Name, "subscriptions-server.dll");
        var port = (_address?.Port ?? 0).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[program, "--data", dataFolder, "--grpc", $"127.0.0.1:{port}", "--http", "127.0.0.1:0"])
            start.ArgumentList.Add(argument);
        return System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                _log.Enqueue(line);
                if (_log.Count > RememberedLines) _log.Dequeue();
            }

            if (line.StartsWith(AddressLine, StringComparison.Ordinal)) _address = new Uri(line[AddressLine.Length..]);
            if (line.StartsWith(ReadyLine, StringComparison.Ordinal)) _ready.TrySetResult();
        }
    }

    private async Task<int> WaitForExitAsync()
    {
        var process = Process();
        await process.WaitForExitAsync().Within();
        await _reading.Within();
        var exitCode = process.ExitCode;
        process.Dispose();
        _process = null;
        return exitCode;
    }

    private Process Process() => _process ?? throw new InvalidOperationException("The server does not run.");

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int kill(int process, int signal);
    }
}
