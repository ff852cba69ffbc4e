using Grpc.Core;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Grpc;

/// <summary>Waits for what a conversation begins with, for a while.</summary>
/// <param name="serving">Whether the server goes on.</param>
/// <param name="settings">For how long.</param>
/// <param name="time">The clock.</param>
internal sealed class FirstMessage(ServingState serving, ServerSettings settings, TimeProvider time)
{
    /// <summary>The first message; null when the caller closed its side without any.</summary>
    /// <param name="requests">The caller.</param>
    /// <param name="context">The call.</param>
    /// <param name="onTimeout">What a caller is told that says nothing for so long.</param>
    /// <exception cref="Core.Errors.EngineException">SHUTTING_DOWN, or what <paramref name="onTimeout"/> makes.</exception>
    public async Task<T?> ReceiveAsync<T>(IAsyncStreamReader<T> requests, ServerCallContext context, Func<TimeSpan, Exception> onTimeout)
        where T : class
    {
        using var timeout = new CancellationTokenSource(settings.OpenTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, serving.Stopping, context.CancellationToken);
        try
        {
            return await requests.MoveNext(stop.Token) ? requests.Current : null;
        }
        catch (OperationCanceledException) when (serving.Stopping.IsCancellationRequested)
        {
            throw ServingState.ShuttingDown();
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw onTimeout(settings.OpenTimeout);
        }
    }
}
