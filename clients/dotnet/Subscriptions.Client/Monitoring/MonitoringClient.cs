using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// Looks at subscriptions: who has them, how far behind they are, what happened lately. Thread-safe. Every method throws
/// <see cref="SubscriptionsException"/> or a type below it when the server refuses, <see cref="SubscriptionNotFoundException"/> among them,
/// and <see cref="ServerUnavailableException"/> when it cannot be reached.
/// </summary>
public sealed class MonitoringClient
{
    private readonly UnaryCaller _caller;
    private readonly V1.MonitoringService.MonitoringServiceClient _stub;

    internal MonitoringClient(UnaryCaller caller)
    {
        _caller = caller;
        _stub = new V1.MonitoringService.MonitoringServiceClient(caller.Invoker);
    }

    /// <summary>The figures and the recent history of a subscription.</summary>
    public async Task<SubscriptionSnapshot> GetFiguresAsync(string database, string subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(subscription);
        var request = new V1.GetFiguresRequest { Database = database, Subscription = subscription };
        var response = await _caller.CallAsync(_stub.GetFiguresAsync, request, cancellationToken).ConfigureAwait(false);
        return MonitoringMapping.FromWire(response.Snapshot ?? new V1.SubscriptionSnapshot());
    }

    /// <summary>
    /// Follows a subscription live: first a <see cref="SubscriptionWatchEvent.Snapshot"/>, then what happens, and the figures every second.
    /// It ends when the server ends it or the connection breaks, with an exception; it does not reconnect, since what happened meanwhile
    /// would be missing.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="cancellationToken">Stops watching.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<SubscriptionWatchEvent> WatchAsync(
        string database, string subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(subscription);
        return ReadAsync(new V1.WatchSubscriptionRequest { Database = database, Subscription = subscription }, cancellationToken);
    }

    private async IAsyncEnumerable<SubscriptionWatchEvent> ReadAsync(
        V1.WatchSubscriptionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var call = _stub.WatchSubscription(request, new CallOptions(cancellationToken: cancellationToken));
        while (await MoveNextAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false))
        {
            if (MonitoringMapping.FromWire(call.ResponseStream.Current) is { } happening)
            {
                yield return happening;
            }
        }
    }

    private async Task<bool> MoveNextAsync(
        IAsyncStreamReader<V1.WatchSubscriptionResponse> responses, CancellationToken cancellationToken)
    {
        try
        {
            return await responses.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            throw new OperationCanceledException("Watching was cancelled by the caller.", e, cancellationToken);
        }
        catch (RpcException e)
        {
            throw ErrorMapper.Map(e, _caller.Address);
        }
    }
}
