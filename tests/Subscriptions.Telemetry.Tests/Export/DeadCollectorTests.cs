using System.Net;
using System.Net.Sockets;
using Subscriptions.Telemetry.Tests.Otlp;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Export;

/// <summary>A collector that is not there, or does not answer, is no affair of the server's callers.</summary>
public sealed class DeadCollectorTests
{
    // Below the ten seconds after which exporters give up by themselves, so that a machine that is busy changes nothing.
    private static readonly TimeSpan MaxStopTime = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Export_NobodyListens_ServesStopsInTimeAndIsToldOnce()
    {
        using var listener = Listen();
        var address = AddressOf(listener);
        listener.Stop();

        await using var server = await ServeAsync(address);
        await server.Warnings.WaitForAsync("Telemetry does not reach");
        var stopTime = await StopAsync(server);

        Assert.InRange(stopTime, TimeSpan.Zero, MaxStopTime);
        var warning = Assert.Single(server.Warnings.Texts, w => w.Contains("Telemetry does not reach", StringComparison.Ordinal));
        Assert.Contains(address, warning, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', warning);
    }

    [Fact]
    public async Task Export_CollectorThatNeverAnswers_ServesAndStopsInTime()
    {
        using var listener = Listen();

        await using var server = await ServeAsync(AddressOf(listener));

        Assert.InRange(await StopAsync(server), TimeSpan.Zero, MaxStopTime);
    }

    [Fact]
    public async Task Export_CollectorComesBack_IsSentWhatHappensThen()
    {
        using var listener = Listen();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var server = await ServeAsync($"http://127.0.0.1:{port}");
        await server.Warnings.WaitForAsync("Telemetry does not reach");

        await using var collector = await OtlpReceiver.StartAsync(port);
        await server.PutAsync("orders/late");
        await server.DrainAsync();

        await collector.Records.WaitForSpanAsync(s => s.Name == "deliver shop");
        await collector.Records.WaitAsync(r => r.Logs.FirstOrDefault(l => l.Text.Contains("finished with shop/ship", StringComparison.Ordinal)));
    }

    private static async Task<TelemetryServer> ServeAsync(string address)
    {
        var server = await TelemetryServer.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", address));
        await server.SetUpShopAsync();
        for (var i = 0; i < 20; i++) await server.PutAsync($"orders/{i}");
        Assert.Equal(20, (await server.DrainAsync()).Sum(b => b.Items.Count));
        return server;
    }

    private static async Task<TimeSpan> StopAsync(TelemetryServer server)
    {
        var started = TimeProvider.System.GetTimestamp();
        await server.StopAsync();
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string AddressOf(TcpListener listener) => $"http://{listener.LocalEndpoint}";
}
