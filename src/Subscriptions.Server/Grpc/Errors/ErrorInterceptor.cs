using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Connections;
using Subscriptions.Core.Errors;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Grpc.Errors;

/// <summary>
/// Around every call: refuses it while the server is not serving, and is the one place where failures become what gRPC sends.
/// </summary>
internal sealed partial class ErrorInterceptor(ServingState serving, LimitsOptions limits, ILogger<ErrorInterceptor> logger) : Interceptor
{
    private const string OwnMethods = "/subscriptions.";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            Admit(context);
            return await continuation(request, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            Admit(context);
            return await continuation(requestStream, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            Admit(context);
            await continuation(request, responseStream, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            Admit(context);
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    // Health and reflection answer for as long as there is a connection.
    private void Admit(ServerCallContext context)
    {
        if (context.Method.StartsWith(OwnMethods, StringComparison.Ordinal)) serving.ThrowIfNotServing();
    }

    private RpcException Translate(Exception failure, ServerCallContext context)
    {
        if (failure is RpcException known) return Oversize.Is(known) ? ErrorStatus.ToRpcException(Oversize.Error(limits)) : known;

        if (IsCallerGone(failure, context))
        {
            Log.CallerLeft(logger, context.Method, failure);
            return new RpcException(Status.DefaultCancelled);
        }

        var error = Failures.ToEngineException(failure);
        Report(error, failure, context.Method);
        return ErrorStatus.ToRpcException(error);
    }

    // Whatever a call throws after its caller has left is the consequence of that; and a broken stream may show before the call is told.
    // Stores have exceptions of their own.
    private static bool IsCallerGone(Exception failure, ServerCallContext context) =>
        failure is IOException or ConnectionAbortedException
        || (context.CancellationToken.IsCancellationRequested && failure is not EngineException { Code: ErrorCode.Internal });

    private void Report(EngineException error, Exception failure, string method)
    {
        switch (error.Code)
        {
            case ErrorCode.Internal:
                Log.Failed(logger, method, error.Metadata["error_id"], failure);
                break;
            case ErrorCode.StoreFailed or ErrorCode.DiskFull:
                Log.StoreFailed(logger, method, failure);
                break;
            case ErrorCode.LimitExceeded:
                Log.LimitReached(logger, method, error.Message);
                break;
            default:
                Log.Refused(logger, method, error.Code, error.Message);
                break;
        }
    }
}
