using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Subscriptions.TestKit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>A process of <c>subs</c>, with its output read line by line.</summary>
internal sealed class SubsProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly StringBuilder _output = new();
    private bool _isDeaf;

    private SubsProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where the program was built.</summary>
    public static string Program
    {
        get
        {
            // artifacts/bin/<this project>/<configuration>/ lies beside the program's folder of the same configuration.
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(here.Parent!.Parent!.FullName, "Subscriptions.Cli", here.Name, "subs");
        }
    }

    /// <summary>Starts the program.</summary>
    /// <param name="server">The server; null: none is named.</param>
    /// <param name="arguments">Its arguments.</param>
    public static SubsProcess Start(Uri? server, params string[] arguments)
    {
        // Who is started from a script's background inherits that SIGINT is ignored, and rightly keeps to it.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Remove("SUBSCRIPTIONS_DATABASE");
        start.Environment["SUBSCRIPTIONS_SERVER"] = server?.ToString();
        return new SubsProcess(Process.Start(start) ?? throw new InvalidOperationException($"'{Program}' did not start."));
    }

    /// <summary>Runs the program to its end.</summary>
    public static Task<SubsResult> RunAsync(Uri? server, params string[] arguments) => RunAsync(server, string.Empty, arguments);

    /// <summary>Runs the program to its end on an input.</summary>
    public static async Task<SubsResult> RunAsync(Uri? server, string input, string[] arguments)
    {
        await using var process = Start(server, arguments);
        await process.WriteAsync(input);
        return await process.WaitAsync();
    }

    /// <summary>Writes to the program's input and ends that.</summary>
    public async Task WriteAsync(string input)
    {
        await WriteMoreAsync(input);
        _process.StandardInput.Close();
    }

    /// <summary>Writes to the program's input.</summary>
    public async Task WriteMoreAsync(string input)
    {
        await _process.StandardInput.WriteAsync(input).Within();
        await _process.StandardInput.FlushAsync().Within();
    }

    /// <summary>Reads the next line of the output; null at its end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().Within();
        if (line is not null) _output.Append(line).Append('\n');
        return line;
    }

    /// <summary>Reads nothing more, so that the program's writes fail.</summary>
    public void StopReading()
    {
        _isDeaf = true;
        _process.StandardOutput.Close();
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal)
    {
        if (NativeMethods.kill(_process.Id, signal) != 0)
            throw new InvalidOperationException($"The signal could not be sent: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Ends it without a chance to tidy up.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    /// <returns>With the whole output, also what was read line by line.</returns>
    public async Task<SubsResult> WaitAsync()
    {
        var rest = !_isDeaf ? await _process.StandardOutput.ReadToEndAsync().Within(TimeSpan.FromMinutes(4)) : "";
        await _process.WaitForExitAsync().Within();
        return new SubsResult(_process.ExitCode, _output + rest, await _error.Within());
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
    }

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int kill(int process, int signal);
    }
}
