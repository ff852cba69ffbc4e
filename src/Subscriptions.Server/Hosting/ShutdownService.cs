using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;

namespace Subscriptions.Server.Hosting;

/// <summary>
/// Begins the end: when the host is told to stop, before the network is, new calls are refused and every worker is told to reconnect. Open
/// streams would otherwise keep the server until its time is up.
/// </summary>
internal sealed class ShutdownService(IHostApplicationLifetime lifetime, ServingState serving, SessionServices sessions) : IHostedService
{
    private CancellationTokenRegistration _registration;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = lifetime.ApplicationStopping.Register(() =>
        {
            serving.Stop();
            sessions.Leases.Close(ErrorCode.ShuttingDown);
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken) => await _registration.DisposeAsync();
}
