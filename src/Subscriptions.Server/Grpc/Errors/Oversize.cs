using System.Globalization;
using Grpc.Core;
using Subscriptions.Core.Errors;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Grpc.Errors;

/// <summary>
/// Messages above <see cref="LimitsOptions.RequestBytes"/>. gRPC itself refuses them, without saying what the limit is and how to raise it.
/// </summary>
internal static class Oversize
{
    private static readonly string ResourceExhausted = ((int)StatusCode.ResourceExhausted).ToString(CultureInfo.InvariantCulture);

    /// <summary>True for the error that gRPC makes of such a message: the only one of its own with this status.</summary>
    public static bool Is(RpcException error) =>
        error.StatusCode == StatusCode.ResourceExhausted && error.Trailers.Get(ErrorStatus.DetailsTrailer) is null;

    /// <summary>The error in the contract's form.</summary>
    public static EngineException Error(LimitsOptions limits)
    {
        var limit = limits.RequestBytes.ToString(CultureInfo.InvariantCulture);
        return new EngineException(
            ErrorCode.LimitExceeded,
            $"The message is larger than the server's limit (Limits:RequestBytes) of {limit} bytes; send smaller ones, or raise the setting.",
            ("limit", limit),
            ("setting", "Limits:RequestBytes"));
    }

    /// <summary>
    /// Gives unary calls the same error: their one message is read before any interceptor runs, so only what has been written into the
    /// response tells.
    /// </summary>
    public static void UseOversizeErrors(this IApplicationBuilder app, LimitsOptions limits) => app.Use(async (context, next) =>
    {
        await next(context);

        // A call that failed before it answered anything ends with headers only.
        var headers = context.Response.Headers;
        if (context.Response.HasStarted || headers["grpc-status"] != ResourceExhausted || headers.ContainsKey(ErrorStatus.DetailsTrailer)) return;

        var error = ErrorStatus.ToRpcException(Error(limits));
        headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        headers[ErrorStatus.DetailsTrailer] = Convert.ToBase64String(error.Trailers.GetValueBytes(ErrorStatus.DetailsTrailer)!).TrimEnd('=');
    });
}
