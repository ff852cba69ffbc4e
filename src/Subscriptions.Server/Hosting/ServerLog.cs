using Microsoft.Extensions.Logging.Console;

namespace Subscriptions.Server.Hosting;

/// <summary>The log: one line an event, on standard output.</summary>
internal static class ServerLog
{
    /// <summary>Adds the console, and keeps the framework quiet unless something is wrong; at Trace it may speak too.</summary>
    public static void AddServerLog(this ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        if (level is LogLevel.Debug or LogLevel.Information)
        {
            logging.AddFilter("Microsoft", LogLevel.Warning);
            logging.AddFilter("Grpc", LogLevel.Warning);
        }

        // A start that fails is told in one line by whoever started; the host would add a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
