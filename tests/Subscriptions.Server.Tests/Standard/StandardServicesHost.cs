using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Subscriptions.Server.Grpc.Standard;
using Subscriptions.TestKit;

namespace Subscriptions.Server.Tests.Standard;

/// <summary>The standard services alone, on Kestrel at a free port of the loopback, with a client.</summary>
internal sealed class StandardServicesHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private StandardServicesHost(WebApplication app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public HealthStatuses Statuses => _app.Services.GetRequiredService<HealthStatuses>();

    public CallInvoker Calls => _channel.CreateCallInvoker();

    public static async Task<StandardServicesHost> StartAsync(
        IEnumerable<Google.Protobuf.Reflection.ServiceDescriptor> services,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        // Longer than a test waits: a stream that holds the shutdown up makes it fail.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = 10 * TestTimeout.Default);
        builder.Services.AddGrpc();
        builder.Services.AddStandardGrpcServices();
        var app = builder.Build();
        app.MapStandardGrpcServices(services);
        await app.StartAsync(cancellationToken).Within();
        return new StandardServicesHost(app);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken).Within();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
