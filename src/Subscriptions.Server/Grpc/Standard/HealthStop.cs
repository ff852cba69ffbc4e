namespace Subscriptions.Server.Grpc.Standard;

/// <summary>
/// Tells watchers that the server is stopping, before the transport starts to drain: clients turn to other servers while the calls in
/// progress still end regularly, and the open watches do not hold the shutdown up.
/// </summary>
internal sealed class HealthStop(HealthStatuses statuses) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        statuses.Stop();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
