using System.Diagnostics;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Export;

/// <summary>The program itself, as its environment tells it.</summary>
public sealed class ServerProcessTests
{
    private const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public async Task Process_MalformedEndpoint_EndsAtOnceAndNamesIt()
    {
        using var folder = new TemporaryFolder();
        var program = Path.Combine(AppContext.BaseDirectory, "subscriptions-server.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--data", folder["data"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Variable] = "collector:4317" },
        })!;
        try
        {
            var cancellation = TestContext.Current.CancellationToken;
            await process.WaitForExitAsync(cancellation).Within();

            Assert.Equal(2, process.ExitCode);
            Assert.StartsWith(
                $"subscriptions-server: {Variable}: 'collector:4317' is not the address of a collector",
                await process.StandardError.ReadToEndAsync(cancellation),
                StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder["data"]));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
