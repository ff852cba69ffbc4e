using Subscriptions.Telemetry.Tests.Otlp;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Export;

/// <summary>What the server sends to a collector.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_EndpointSet_SpansMetricsAndLogsArrive(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var records = collector.Records;
        await using var server = await TelemetryServer.StartAsync(Endpoint(collector, protocol), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol));
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        await server.DrainAsync();

        var request = await records.WaitForSpanAsync(s => s.Scope == "Microsoft.AspNetCore" && s.Name.EndsWith("/Write", StringComparison.Ordinal));
        Assert.Equal("subscriptions-server", request.Service);
        Assert.NotEqual("", request.Resource["service.version"]);
        Assert.EndsWith($"-{Environment.ProcessId}", (string)request.Resource["service.instance.id"], StringComparison.Ordinal);
        await records.WaitAsync(r => r.Metrics.FirstOrDefault(m => m.Meter == "System.Runtime"));
        await records.WaitAsync(r => r.Metrics.FirstOrDefault(m => m.Name == "http.server.request.duration"));
        await records.WaitAsync(r => r.Metrics.FirstOrDefault(m => m.Name == "kestrel.active_connections"));
        await records.WaitAsync(r => r.Metrics.FirstOrDefault(m => m.Meter == "Subscriptions.Server" && m.Name == "subscriptions.lease.granted"));
        await records.WaitAsync(r => r.Metrics.FirstOrDefault(m => m.Meter == "Subscriptions.Server" && m.Name == "subscriptions.subscription.lag"));
        var opened = await records.WaitAsync(r => r.Logs.FirstOrDefault(l => l.Text.Contains("opened shop/ship", StringComparison.Ordinal)));
        Assert.Equal((9, "Subscriptions.Server.Grpc.Work.WorkService"), (opened.Severity, opened.Category));
        Assert.Equal(1201L, opened.Attributes["logrecord.event.id"]);
        Assert.Equal("ship", opened.Attributes["Subscription"]);
    }

    [Fact]
    public async Task Export_ServerStops_WhatIsLeftIsSent()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var server = await TelemetryServer.StartAsync(Endpoint(collector, "grpc"), ("OTEL_BSP_SCHEDULE_DELAY", "600000"));
        await server.SetUpShopAsync();
        await collector.Records.WaitAsync(r => r.Metrics.FirstOrDefault(m => m.Name == "http.server.request.duration"));
        Assert.Empty(collector.Records.Spans);

        await server.StopAsync();

        await collector.Records.WaitForSpanAsync(s => s.Name.EndsWith("/CreateSubscription", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_OneSignal_SendsNothingElse()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var server = await TelemetryServer.StartAsync(("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", collector.Grpc));
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        await server.DrainAsync();

        await collector.Records.WaitAsync(r => r.Logs.FirstOrDefault(l => l.Text.Contains("finished with shop/ship", StringComparison.Ordinal)));
        await server.StopAsync();
        Assert.Empty(collector.Records.Spans);
        Assert.Empty(collector.Records.Metrics);
    }

    [Fact]
    public async Task Export_NamesAndSamplersFromTheEnvironment_AreHonoured()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var server = await TelemetryServer.StartAsync(
            Endpoint(collector, "grpc"),
            ("OTEL_SERVICE_NAME", "orders-feed"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test,service.instance.id=first"),
            ("OTEL_TRACES_SAMPLER", "always_off"));
        await server.SetUpShopAsync();
        await server.DrainAsync();

        var log = await collector.Records.WaitAsync(r => r.Logs.FirstOrDefault(l => l.Category.StartsWith("Subscriptions.", StringComparison.Ordinal)));
        Assert.Equal(
            ("orders-feed", "test", "first"),
            ((string)log.Resource["service.name"], (string)log.Resource["deployment.environment"], (string)log.Resource["service.instance.id"]));
        await server.StopAsync();
        Assert.Empty(collector.Records.Spans);
    }

    private static (string Name, string Value) Endpoint(OtlpReceiver collector, string protocol) =>
        ("OTEL_EXPORTER_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http);
}
