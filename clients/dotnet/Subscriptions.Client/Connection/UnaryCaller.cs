using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>Makes single requests: time limit, cancellation and errors are the same for all of them.</summary>
internal sealed class UnaryCaller(CallInvoker invoker, Uri address, TimeSpan timeout, TimeProvider time)
{
    private const string TraceParentHeader = "traceparent";

    public CallInvoker Invoker { get; } = invoker;

    public Uri Address { get; } = address;

    /// <exception cref="SubscriptionsException">The server refused, cannot be reached, or did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        CancellationToken cancellationToken) =>
        CallAsync(method, request, traceParent: null, cancellationToken);

    /// <param name="method">The request to make.</param>
    /// <param name="request">Its message.</param>
    /// <param name="traceParent">The span that the server is told to be the caller; null: what the HTTP client tells it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SubscriptionsException">The server refused, cannot be reached, or did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        string? traceParent,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Not a gRPC deadline: that is an instant of the machine's clock, and time here is the injected one.
        using var expiry = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            using var call = method(request, new CallOptions(HeadersOf(traceParent), cancellationToken: either.Token));
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

    // The HTTP client would name a span of its own, which nobody sees unless they listen to it: what the server does, and whoever follows
    // the write, would hang in the air. It leaves a header alone that is there.
    private static Metadata? HeadersOf(string? traceParent) => traceParent is null ? null : new Metadata { { TraceParentHeader, traceParent } };
}
