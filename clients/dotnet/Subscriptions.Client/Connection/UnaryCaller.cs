using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>Makes single requests: time limit, cancellation and errors are the same for all of them.</summary>
internal sealed class UnaryCaller(CallInvoker invoker, Uri address, TimeSpan timeout, TimeProvider time)
{
    public CallInvoker Invoker { get; } = invoker;

    public Uri Address { get; } = address;

    /// <exception cref="SubscriptionsException">The server refused, cannot be reached, or did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Not a gRPC deadline: that is an instant of the machine's clock, and time here is the injected one.
        using var expiry = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            using var call = method(request, new CallOptions(cancellationToken: either.Token));
            return await call.ResponseAsync.ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException { StatusCode: StatusCode.Cancelled } or OperationCanceledException)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The request was cancelled by the caller.", e, cancellationToken);
            }

            if (expiry.IsCancellationRequested)
            {
                throw new ServerUnavailableException(
                    ErrorDetails.Local(
                        $"The server at {Address} did not answer within {timeout} "
                        + $"({nameof(SubscriptionsClientOptions)}.{nameof(SubscriptionsClientOptions.RequestTimeout)}).",
                        ErrorReason.Unknown,
                        isRetryable: true),
                    e);
            }

            throw e is RpcException reset ? ErrorMapper.Map(reset, Address) : e;
        }
        catch (RpcException e)
        {
            throw ErrorMapper.Map(e, Address);
        }
    }
}
