using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Errors;

/// <summary>What a failure of a store means to a caller.</summary>
public static class StoreErrors
{
    /// <summary>Turns any failure under the engine into a reason of the public contract. Internal text does not go into it.</summary>
    public static EngineException ToEngineException(Exception failure) => failure switch
    {
        EngineException e => e,
        StoreException { Kind: StoreFault.DiskFull } => new EngineException(
            ErrorCode.DiskFull, "The server's disk is full; nothing was written. Free space and try again.", failure),
        StoreException { Kind: StoreFault.Closed } => new EngineException(
            ErrorCode.ShuttingDown, "The database was closed: the server is shutting down, or the database is restored or rewound. Reconnect.", failure),
        StoreException e => new EngineException(
            ErrorCode.StoreFailed, e.IsTransient ? "The server's store failed; try again." : "The server's store failed; see its log.", failure),
        _ => new EngineException(ErrorCode.Internal, "The server failed; see its log.", failure),
    };
}
