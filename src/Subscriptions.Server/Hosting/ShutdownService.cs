using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Hosting;

/// <summary>
/// Begins the end: before the network is stopped, new calls are refused, every worker is told to reconnect, and what they are told is let
/// leave. The network would wait for open streams until its time is up, and cut those that end at the moment at which it stops.
/// </summary>
internal sealed class ShutdownService(ServingState serving, SessionServices sessions, ActiveRequests requests, ServerSettings settings)
    : IHostedLifecycleService
{
    // Clients that see a stream end and its connection close at once may take the one for the other, and report a broken connection
    // instead of what they were told.
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        serving.Stop();
        sessions.Leases.Close(ErrorCode.ShuttingDown);
        var drained = requests.WaitForNoneAsync();
        if (drained.IsCompleted) return;

        try
        {
            // By the machine's clock: the process has to end even where the engine's stands still.
            await drained.WaitAsync(settings.Server.ShutdownTime, TimeProvider.System, cancellationToken);
            await Task.Delay(ReadingTime, TimeProvider.System, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Somebody does not read what they are told; the network cuts them off.
        }
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
