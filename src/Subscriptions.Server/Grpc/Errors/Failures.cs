using System.Globalization;
using System.Security.Cryptography;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Validation;

namespace Subscriptions.Server.Grpc.Errors;

/// <summary>What a failure of any kind means to a caller.</summary>
internal static class Failures
{
    /// <summary>Turns a failure into a reason of the public contract. The text of unknown ones stays here.</summary>
    public static EngineException ToEngineException(Exception failure) => failure switch
    {
        InvalidInputException e => new EngineException(
            ErrorCode.InvalidArgument, e.Message, ("field", e.Field), ("value", e.Value)),
        QueryException e => new EngineException(
            ErrorCode.InvalidQuery,
            $"definition.query: {e.Message}",
            ("field", "definition.query"),
            ("line", e.Line.ToString(CultureInfo.InvariantCulture)),
            ("column", e.Column.ToString(CultureInfo.InvariantCulture))),
        _ => Identified(StoreErrors.ToEngineException(failure)),
    };

    // A fault of the server gets a name by which the caller's report and the log find each other.
    private static EngineException Identified(EngineException error)
    {
        if (error.Code != ErrorCode.Internal) return error;

        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        return new EngineException(ErrorCode.Internal, $"The server failed; its log has more under error_id {id}.", ("error_id", id));
    }
}
