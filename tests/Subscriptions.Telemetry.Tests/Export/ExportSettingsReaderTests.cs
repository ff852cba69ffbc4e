using System.Collections;
using OpenTelemetry.Exporter;
using Subscriptions.Server.Telemetry.Export;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Export;

public sealed class ExportSettingsReaderTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Theory]
    [InlineData]
    [InlineData("OTEL_SERVICE_NAME=shop")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT= ")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317", "OTEL_SDK_DISABLED=true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=nonsense", "OTEL_SDK_DISABLED=TRUE")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4317", "OTEL_TRACES_EXPORTER=none")]
    public void Read_NoEndpointOrDisabled_ExportsNothing(params string[] variables) => Assert.Null(Read(variables));

    [Fact]
    public void Read_CommonEndpoint_TakesEverySignalThereByGrpc()
    {
        var settings = Read($"{Endpoint}=http://localhost:4317", "OTEL_SDK_DISABLED=false")!;

        Assert.All(
            [settings.Traces, settings.Metrics, settings.Logs],
            t => Assert.Equal((new Uri("http://localhost:4317"), OtlpExportProtocol.Grpc), (t!.Endpoint, t.Protocol)));
        Assert.Equal("http://localhost:4317", settings.Endpoints);
    }

    [Theory]
    [InlineData("http://localhost:4318")]
    [InlineData("http://localhost:4318/")]
    public void Read_CommonEndpointByHttp_GetsThePathOfEachSignal(string endpoint)
    {
        var settings = Read($"{Endpoint}={endpoint}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")!;

        Assert.Equal(
            ["http://localhost:4318/v1/traces", "http://localhost:4318/v1/metrics", "http://localhost:4318/v1/logs"],
            [settings.Traces!.Endpoint.AbsoluteUri, settings.Metrics!.Endpoint.AbsoluteUri, settings.Logs!.Endpoint.AbsoluteUri]);
    }

    [Fact]
    public void Read_EndpointOfOneSignal_ExportsThatOneAsItIsWritten()
    {
        var settings = Read(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://traces/otlp",
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
            "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
            "OTEL_EXPORTER_OTLP_HEADERS=common=1",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS=key=secret",
            "OTEL_EXPORTER_OTLP_TIMEOUT=250")!;

        Assert.Equal(
            new ExportTarget(new Uri("https://traces/otlp"), OtlpExportProtocol.HttpProtobuf, "key=secret", TimeSpan.FromMilliseconds(250)),
            settings.Traces);
        Assert.Null(settings.Metrics);
        Assert.Null(settings.Logs);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' is not the address of a collector")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' is not the address of a collector")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "tcp://x:1", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'tcp://x:1' is not the address of a collector")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is no protocol that this server exports with")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "10s", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '10s' is not a number of milliseconds")]
    public void Read_Malformed_IsToldOnceWithNameAndValue(string name, string value, string expected)
    {
        var variables = new Hashtable { [Endpoint] = "http://localhost:4317", [name] = value };

        ExportSettingsReader.Read(variables, out var errors);

        Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static ExportSettings? Read(params string[] variables)
    {
        var table = new Hashtable();
        foreach (var variable in variables)
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            table[variable[..equals]] = variable[(equals + 1)..];
        }

        var settings = ExportSettingsReader.Read(table, out var errors);
        Assert.Empty(errors);
        return settings;
    }
}
