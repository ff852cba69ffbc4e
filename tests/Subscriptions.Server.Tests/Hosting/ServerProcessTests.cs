using System.Diagnostics;
using System.Globalization;
using Subscriptions.Server.Hosting;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Hosting;

/// <summary>The program as a process of its own.</summary>
public sealed class ServerProcessTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Process_Started_SaysWhereItListensAndEndsOnASignal(string signal)
    {
        using var folder = new TemporaryFolder();
        using var process = Start("--data", folder["data"], "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0");
        try
        {
            Assert.Matches(@"^gRPC listening on http://127\.0\.0\.1:\d+$", await ReadLineAsync(process));
            var http = await ReadLineAsync(process);
            Assert.Matches(@"^HTTP listening on http://127\.0\.0\.1:\d+$", http);
            Assert.Equal($"Ready: 0 databases, 0 subscriptions, data in {folder["data"]}", await ReadLineAsync(process));
            var check = new ServerProgram(TextWriter.Null, TextWriter.Null).RunAsync(["--check-health", http[http.IndexOf("http:", StringComparison.Ordinal)..]]);
            Assert.Equal(0, await check.Within());

            using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync(Cancelled).Within();

            Assert.Equal(0, process.ExitCode);
            Assert.Equal(("", ""), (await process.StandardOutput.ReadToEndAsync(Cancelled), await process.StandardError.ReadToEndAsync(Cancelled)));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "subscriptions-server.dll");
        // Who is started from a script's background inherits that SIGINT is ignored, and rightly keeps to it.
        return Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(Cancelled).Within() ?? await process.StandardError.ReadToEndAsync(Cancelled).Within();
}
