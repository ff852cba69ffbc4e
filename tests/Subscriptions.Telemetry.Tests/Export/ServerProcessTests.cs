using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Subscriptions.Client;
using Subscriptions.Telemetry.Tests.Otlp;
using Subscriptions.Telemetry.Tests.Tracing;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Export;

/// <summary>The program itself, on its files, as its environment tells it.</summary>
public sealed class ServerProcessTests
{
    private const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string AddressLine = "gRPC listening on ";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_MalformedEndpoint_EndsAtOnceAndNamesIt()
    {
        using var folder = new TemporaryFolder();
        using var process = Start(folder, "collector:4317");
        try
        {
            await process.WaitForExitAsync(Cancellation).Within();

            Assert.Equal(2, process.ExitCode);
            Assert.StartsWith(
                $"subscriptions-server: {Variable}: 'collector:4317' is not the address of a collector",
                await process.StandardError.ReadToEndAsync(Cancellation),
                StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder["data"]));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task Process_TracedClient_SpansOfBothAreConnected()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var tracing = TracedApplication.Start(collector);
        using var folder = new TemporaryFolder();
        using var process = Start(folder, collector.Grpc);
        try
        {
            await WriteAndReadAsync(await AddressOfAsync(process));
            await AssertConnectedAsync(collector.Records);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task Process_CollectorThatNeverAnswers_EndsOnASignalInTime()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        using var folder = new TemporaryFolder();
        using var process = Start(folder, $"http://{collector.LocalEndpoint}");
        try
        {
            await WriteAndReadAsync(await AddressOfAsync(process));
            var started = TimeProvider.System.GetTimestamp();

            await StopAsync(process);

            // Below the ten seconds after which exporters give up by themselves, so that a machine that is busy changes nothing.
            Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(8));
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task AssertConnectedAsync(OtlpRecords records)
    {
        var send = await records.WaitForSpanAsync(s => s.Name == "send shop");
        var request = await records.WaitForSpanAsync(s => s.Name == "subscriptions.v1.DocumentService/Write");
        Assert.Equal((send.TraceId, send.SpanId), (request.TraceId, request.ParentSpanId));
        var deliver = await records.WaitForSpanAsync(s => s.Name == "deliver shop");
        var ack = await records.WaitForSpanAsync(s => s.Name == "ack shop");
        Assert.Equal([(send.TraceId, send.SpanId), (ack.TraceId, ack.SpanId)], deliver.Links);
        Assert.Equal([(deliver.TraceId, deliver.SpanId)], ack.Links);
        Assert.Equal("acked", deliver.Attributes["subscriptions.delivery.outcome"]);
        var receive = await records.WaitForSpanAsync(s => s.Name == "receive shop");
        Assert.Equal([(send.TraceId, send.SpanId)], receive.Links);
    }

    private static Process Start(TemporaryFolder folder, string endpoint)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "subscriptions-server.dll");
        string[] args = [program, "--data", folder["data"], "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"];
        return Process.Start(new ProcessStartInfo("dotnet", args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Variable] = endpoint, ["OTEL_BSP_SCHEDULE_DELAY"] = "50" },
        })!;
    }

    private static async Task<Uri> AddressOfAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync(Cancellation).Within();
        Assert.StartsWith(AddressLine, line, StringComparison.Ordinal);
        return new Uri(line![AddressLine.Length..]);
    }

    private static async Task WriteAndReadAsync(Uri server)
    {
        await using var client = new SubscriptionsClient(server);
        await client.Databases.CreateAsync("shop", cancellationToken: Cancellation).Within();
        await client.Subscriptions.CreateAsync("shop", new SubscriptionDefinition("ship", "from Orders"), cancellationToken: Cancellation).Within();
        await client.Documents.PutAsync("shop", "orders/1", new { Total = 1 }, "Orders", cancellationToken: Cancellation).Within();
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship") { CloseWhenDrained = true });
        await foreach (var batch in worker.ReadBatchesAsync(Cancellation)) await batch.AckAsync(Cancellation).Within();
    }

    private static async Task StopAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(Cancellation).Within();
    }
}
