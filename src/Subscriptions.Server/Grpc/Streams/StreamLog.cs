using Subscriptions.Core.Errors;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>What the log has of one connection.</summary>
internal sealed partial class StreamLog(ILogger logger, Wire.ConnectionOpen open, string address)
{
    /// <summary>It was opened.</summary>
    public void Opened() => Opened(logger, open.Name, address, open.Database);

    /// <summary>The client closed it, or is gone.</summary>
    public void Closed() => Closed(logger, open.Name, address, open.Database);

    /// <summary>The server ended it.</summary>
    public void Ended(EngineException reason) => Ended(logger, open.Name, address, open.Database, reason.Code, reason.Message);

    [LoggerMessage(LogEvents.Streams + 1, LogLevel.Information, "Connection {Name} from {Address} opened partition streams of {Database}.")]
    private static partial void Opened(ILogger logger, string name, string address, string database);

    [LoggerMessage(LogEvents.Streams + 2, LogLevel.Information, "Connection {Name} from {Address} to {Database} was closed by its client.")]
    private static partial void Closed(ILogger logger, string name, string address, string database);

    [LoggerMessage(LogEvents.Streams + 3, LogLevel.Information, "Connection {Name} from {Address} to {Database} was ended: {Reason}. {Explanation}")]
    private static partial void Ended(ILogger logger, string name, string address, string database, ErrorCode reason, string explanation);
}
