using System.Buffers.Binary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Subscriptions.Telemetry.Tests.Otlp.Wire;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Otlp;

/// <summary>A collector on loopback: takes OTLP, as protobuf over HTTP and over gRPC, and keeps what came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int FramePrefix = 5;

    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Grpc = addresses.First();
        Http = addresses.Last();
    }

    /// <summary>Where it takes gRPC.</summary>
    public string Grpc { get; }

    /// <summary>Where it takes protobuf over HTTP.</summary>
    public string Http { get; }

    /// <summary>What came.</summary>
    public OtlpRecords Records { get; } = new();

    /// <summary>Starts a collector.</summary>
    /// <param name="grpcPort">Where it takes gRPC; 0: at a free port.</param>
    public static async Task<OtlpReceiver> StartAsync(int grpcPort = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, grpcPort, o => o.Protocols = HttpProtocols.Http2);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        OtlpReceiver? receiver = null;
        app.Run(context => receiver!.TakeAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken).Within();
        return receiver = new OtlpReceiver(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(TestContext.Current.CancellationToken).Within();
        await _app.DisposeAsync().Within();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        var isGrpc = context.Request.ContentType == "application/grpc";
        if (isGrpc)
        {
            Assert.Equal(bytes.Length - FramePrefix, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
            bytes = bytes[FramePrefix..];
        }

        Keep(context.Request.Path.Value!, bytes);
        context.Response.ContentType = context.Request.ContentType;
        if (!isGrpc) return;

        // An empty answer in its frame.
        await context.Response.Body.WriteAsync(new byte[FramePrefix], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Keep(string path, byte[] bytes)
    {
        switch (path)
        {
            case "/v1/traces" or "/opentelemetry.proto.collector.trace.v1.TraceService/Export":
                Records.Add(TraceRequest.Parser.ParseFrom(bytes));
                break;
            case "/v1/metrics" or "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export":
                Records.Add(MetricsRequest.Parser.ParseFrom(bytes));
                break;
            case "/v1/logs" or "/opentelemetry.proto.collector.logs.v1.LogsService/Export":
                Records.Add(LogsRequest.Parser.ParseFrom(bytes));
                break;
            default:
                throw new InvalidOperationException($"Nothing is exported to {path}.");
        }
    }
}
