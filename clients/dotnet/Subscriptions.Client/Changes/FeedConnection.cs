using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>One connection of a feed. Given up when the server is silent for too long. Not thread-safe.</summary>
internal sealed class FeedConnection : IDisposable
{
    private readonly Uri _address;
    private readonly TimeSpan _maxSilence;

    // Never disposed of: the watchdog's timer may be under way when the rest is. Without a timer of its own it holds nothing.
    private readonly CancellationTokenSource _silence = new();
    private readonly CancellationTokenSource _stop;
    private readonly SilenceWatchdog _watchdog;
    private readonly AsyncServerStreamingCall<V1.WatchChangesResponse> _call;

    public FeedConnection(
        V1.ChangeService.ChangeServiceClient stub,
        Uri address,
        V1.WatchChangesRequest request,
        TimeSpan maxSilence,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        _address = address;
        _maxSilence = maxSilence;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silence.Token);
        _watchdog = new SilenceWatchdog(time, _silence.Cancel);
        _call = stub.WatchChanges(request, new CallOptions(cancellationToken: _stop.Token));
    }

    /// <summary>The next message; null when the server ended the feed in order.</summary>
    /// <exception cref="SubscriptionsException">The connection ended otherwise.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async Task<V1.WatchChangesResponse?> NextAsync(CancellationToken cancellationToken)
    {
        // Only while it is waited: how long the application takes over what it was given is its own affair.
        _watchdog.Watch(_maxSilence);
        try
        {
            return await _call.ResponseStream.MoveNext(_stop.Token).ConfigureAwait(false) ? _call.ResponseStream.Current : null;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("Following the changes was cancelled by the caller.", e, cancellationToken);
            }

            if (_watchdog.HasFired)
            {
                throw Faults.Silent(_address, _maxSilence);
            }

            throw e is RpcException status ? ErrorMapper.Map(status, _address) : e;
        }
        finally
        {
            _watchdog.Pause();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog.Dispose();
        _call.Dispose();
        _stop.Dispose();
    }
}
