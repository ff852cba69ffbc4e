using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary>Hosts <see cref="TransportService"/> as the server hosts the real one. Disposal stops it.</summary>
internal sealed class TransportServer : IAsyncDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly WebApplication _app;

    private TransportServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it listens: a free port of the loopback.</summary>
    public Uri Address { get; }

    /// <summary>Starts it.</summary>
    public static async Task<TransportServer> StartAsync(PreparedBatches prepared, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxSendMessageSize = null);
        builder.Services.AddSingleton(prepared);
        builder.Services.AddSingleton<TransportService>();
        builder.Services.AddSingleton<IServiceMethodProvider<TransportService>, TransportService.Binding>();
        var app = builder.Build();
        try
        {
            app.UseRouting();
            app.MapGrpcService<TransportService>();
            await app.StartAsync(cancellationToken);
            return new TransportServer(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until somebody asks the process to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // The same flow control as the server's: it is part of what the transport allows.
    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.InitialStreamWindowSize = 4 * MiB;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 * MiB;
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
    }
}
