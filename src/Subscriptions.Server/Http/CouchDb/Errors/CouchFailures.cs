using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Grpc.Errors;

namespace Subscriptions.Server.Http.CouchDb.Errors;

/// <summary>What a failure of any kind means to a CouchDB client. The one place where that is decided.</summary>
internal static class CouchFailures
{
    /// <summary>Turns a failure into an answer. The text of unknown ones stays here.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="error">The engine's view of it; null when the answer was ready, or the request itself is at fault.</param>
    public static CouchException ToCouchException(Exception failure, out EngineException? error)
    {
        error = null;
        switch (failure)
        {
            case CouchException known:
                return known;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return CouchException.TooLarge();
            case BadHttpRequestException broken:
                return new CouchException(broken.StatusCode, "bad_request", "The request's body could not be read: it is malformed, or came too slowly.");
            case InvalidInputException invalid:
                return CouchException.BadRequest(invalid.Message);
            default:
                error = Failures.ToEngineException(failure);
                return Of(error);
        }
    }

    private static CouchException Of(EngineException error) => error.Code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.InvalidQuery => CouchException.BadRequest(error.Message),
        ErrorCode.DatabaseNotFound or ErrorCode.DatabaseDropped => CouchException.NoDatabase(),
        ErrorCode.DatabaseExists => new CouchException(
            StatusCodes.Status412PreconditionFailed, "file_exists", "The database could not be created, the file already exists."),
        ErrorCode.DocumentNotFound => CouchException.NotFound("missing"),
        ErrorCode.RevisionConflict => CouchException.Conflict(),
        ErrorCode.LimitExceeded => new CouchException(StatusCodes.Status429TooManyRequests, "too_many_requests", error.Message),
        ErrorCode.DiskFull => new CouchException(StatusCodes.Status507InsufficientStorage, "insufficient_storage", error.Message),
        ErrorCode.ShuttingDown or ErrorCode.DatabaseBusy or ErrorCode.HistoryChanged => CouchException.Unavailable(error.Message),
        ErrorCode.NotSupported => CouchException.NotImplemented(error.Message),
        _ => new CouchException(StatusCodes.Status500InternalServerError, "internal_server_error", error.Message),
    };
}
