using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.V1;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Subscriptions.Server.Grpc.Errors;

/// <summary>
/// How the engine's reasons look on the wire: a gRPC status whose details hold one <see cref="ErrorInfo"/>, as errors.proto says.
/// </summary>
internal static class ErrorStatus
{
    /// <summary>The domain of every <see cref="ErrorInfo"/>.</summary>
    public const string Domain = "subscriptions";

    /// <summary>The trailer that holds the details.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    private const string Prefix = "ERROR_REASON_";

    // Trailers travel in HTTP/2 headers, of which common clients take 8 KiB; the message is in there twice.
    private const int MaxMessageLength = 600;
    private const int MaxValueLength = 512;

    private static readonly FrozenDictionary<int, string> Names = ErrorsReflection.Descriptor.EnumTypes
        .Single(e => e.ClrType == typeof(ErrorReason)).Values
        .ToFrozenDictionary(v => v.Number, v => v.Name[Prefix.Length..]);

    /// <summary>The reason's name on the wire: <c>IN_USE</c>.</summary>
    public static string NameOf(ErrorCode code) => Names[(int)code];

    /// <summary>The gRPC status of an error.</summary>
    public static StatusCode StatusOf(EngineException error) => error switch
    {
        { Code: ErrorCode.StoreFailed, InnerException: StoreException { IsTransient: false } } => StatusCode.DataLoss,
        _ => StatusOf(error.Code),
    };

    /// <summary>The gRPC status of a reason, as its comment in errors.proto says.</summary>
    public static StatusCode StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.InvalidQuery or ErrorCode.ProtocolViolation or ErrorCode.InvalidBackup => StatusCode.InvalidArgument,
        ErrorCode.DatabaseNotFound or ErrorCode.DocumentNotFound or ErrorCode.SubscriptionNotFound
            or ErrorCode.PartitionNotFound or ErrorCode.StreamNotFound => StatusCode.NotFound,
        ErrorCode.DatabaseExists or ErrorCode.SubscriptionExists or ErrorCode.StreamExists => StatusCode.AlreadyExists,
        ErrorCode.SubscriptionDisabled or ErrorCode.InUse or ErrorCode.RevisionsNotConfigured
            or ErrorCode.CannotRewind => StatusCode.FailedPrecondition,
        ErrorCode.RevisionConflict or ErrorCode.TakenOver or ErrorCode.LeaseLost or ErrorCode.Dropped
            or ErrorCode.SubscriptionChanged or ErrorCode.DatabaseDropped or ErrorCode.HistoryChanged or ErrorCode.ConnectionReplaced => StatusCode.Aborted,
        ErrorCode.WorkerSilent or ErrorCode.AckTimeout or ErrorCode.ClientSilent => StatusCode.DeadlineExceeded,
        ErrorCode.ShuttingDown or ErrorCode.StoreFailed or ErrorCode.DatabaseBusy => StatusCode.Unavailable,
        ErrorCode.LimitExceeded or ErrorCode.DiskFull => StatusCode.ResourceExhausted,
        ErrorCode.OutOfRange => StatusCode.OutOfRange,
        ErrorCode.NotSupported => StatusCode.Unimplemented,
        ErrorCode.Internal => StatusCode.Internal,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "A reason without a status."),
    };

    /// <summary>An error in the form in which gRPC sends it.</summary>
    public static RpcException ToRpcException(EngineException error)
    {
        var status = StatusOf(error);
        var message = Shorten(error.Message, MaxMessageLength);

        // The field 'reason' (number 1); the package has the name from before it was renamed.
        var info = new ErrorInfo { Domain = Domain, Type = NameOf(error.Code) };
        foreach (var (key, value) in error.Metadata) info.Metadata[key] = Shorten(value, MaxValueLength);

        var details = new RpcStatus { Code = (int)status, Message = message, Details = { Any.Pack(info) } };
        return new RpcException(new Status(status, message), new Metadata { { DetailsTrailer, Google.Protobuf.MessageExtensions.ToByteArray(details) } });
    }

    private static string Shorten(string text, int length)
    {
        if (text.Length <= length) return text;
        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
