using Subscriptions.Core.Errors;
using Subscriptions.Server.Hosting;

namespace Subscriptions.Server.Grpc.Errors;

internal sealed partial class ErrorInterceptor
{
    private static partial class Log
    {
        [LoggerMessage(LogEvents.Calls + 1, LogLevel.Debug, "{Method} was refused with {Reason}: {Problem}")]
        public static partial void Refused(ILogger logger, string method, ErrorCode reason, string problem);

        [LoggerMessage(LogEvents.Calls + 2, LogLevel.Information, "{Method} was refused: {Problem}")]
        public static partial void LimitReached(ILogger logger, string method, string problem);

        [LoggerMessage(LogEvents.Calls + 3, LogLevel.Error, "{Method} failed because the store failed.")]
        public static partial void StoreFailed(ILogger logger, string method, Exception exception);

        [LoggerMessage(LogEvents.Calls + 4, LogLevel.Error, "{Method} failed; the caller was given error_id {ErrorId}.")]
        public static partial void Failed(ILogger logger, string method, string errorId, Exception exception);

        [LoggerMessage(LogEvents.Calls + 5, LogLevel.Debug, "{Method} ended because its caller left.")]
        public static partial void CallerLeft(ILogger logger, string method, Exception exception);
    }
}
