using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>Makes this library's exceptions from gRPC's: by the reason in the status details, else by the status code.</summary>
internal static class ErrorMapper
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private const string Domain = "subscriptions";

    public static SubscriptionsException Map(RpcException exception, Uri address)
    {
        if (ReadInfo(exception.Trailers) is { } info)
        {
            // Field 1 of ErrorInfo, the reason, is called Type in this version of the generated class.
            var known = WireNames.TryParse<ErrorReason>(info.Type, "ERROR_REASON_", out var reason);
            var retryable = known && reason != ErrorReason.Unknown
                ? IsRetryable(reason, exception.StatusCode)
                : IsRetryable(exception.StatusCode);
            var details = new ErrorDetails(
                Describe(exception.Status),
                reason,
                info.Type,
                new Dictionary<string, string>(info.Metadata, StringComparer.Ordinal),
                retryable);
            return Create(details, exception);
        }

        return MapByStatus(exception, address);
    }

    /// <summary>The exception type that belongs to the reason.</summary>
    public static SubscriptionsException Create(ErrorDetails details, Exception? inner) => details.Reason switch
    {
        ErrorReason.InvalidArgument => new InvalidRequestException(details, inner),
        ErrorReason.InvalidQuery => new InvalidQueryException(details, inner),
        ErrorReason.DatabaseNotFound => new DatabaseNotFoundException(details, inner),
        ErrorReason.DatabaseExists => new DatabaseExistsException(details, inner),
        ErrorReason.DatabaseDropped => new DatabaseDroppedException(details, inner),
        ErrorReason.RevisionsNotConfigured => new RevisionsNotConfiguredException(details, inner),
        ErrorReason.DocumentNotFound => new DocumentNotFoundException(details, inner),
        ErrorReason.RevisionConflict => new RevisionConflictException(details, inner),
        ErrorReason.SubscriptionNotFound => new SubscriptionNotFoundException(details, inner),
        ErrorReason.SubscriptionExists => new SubscriptionExistsException(details, inner),
        ErrorReason.SubscriptionDisabled => new SubscriptionDisabledException(details, inner),
        ErrorReason.InUse => new SubscriptionInUseException(details, inner),
        ErrorReason.TakenOver => new SubscriptionTakenOverException(details, inner),
        ErrorReason.LeaseLost => new SubscriptionLeaseLostException(details, inner),
        ErrorReason.Dropped => new SubscriptionDroppedException(details, inner),
        ErrorReason.SubscriptionChanged => new SubscriptionChangedException(details, inner),
        ErrorReason.WorkerSilent => new WorkerSilentException(details, inner),
        ErrorReason.AckTimeout => new AckTimeoutException(details, inner),
        ErrorReason.ProtocolViolation => new ProtocolViolationException(details, inner),
        ErrorReason.LimitExceeded => new LimitExceededException(details, inner),
        ErrorReason.DiskFull => new DiskFullException(details, inner),
        ErrorReason.StoreFailed => new StoreFailedException(details, inner),
        ErrorReason.NotSupported => new NotSupportedByServerException(details, inner),
        ErrorReason.Internal => new ServerFaultException(details, inner),
        ErrorReason.ShuttingDown => new ServerUnavailableException(details, inner),
        ErrorReason.HistoryChanged => new HistoryChangedException(details, inner),
        ErrorReason.DatabaseBusy => new DatabaseBusyException(details, inner),
        ErrorReason.CannotRewind => new CannotRewindException(details, inner),
        ErrorReason.InvalidBackup => new InvalidBackupException(details, inner),
        ErrorReason.PartitionNotFound => new PartitionNotFoundException(details, inner),
        ErrorReason.StreamExists or ErrorReason.StreamNotFound or ErrorReason.OutOfRange => new StreamRefusedException(details, inner),
        ErrorReason.ConnectionReplaced => new ConnectionReplacedException(details, inner),
        ErrorReason.ClientSilent => new ClientSilentException(details, inner),
        _ => new SubscriptionsException(details, inner),
    };

    /// <summary>As the comments in errors.proto say.</summary>
    public static bool IsRetryable(ErrorReason reason, StatusCode status) => reason switch
    {
        ErrorReason.LeaseLost
            or ErrorReason.SubscriptionChanged
            or ErrorReason.WorkerSilent
            or ErrorReason.AckTimeout
            or ErrorReason.ShuttingDown
            or ErrorReason.HistoryChanged
            or ErrorReason.DatabaseBusy
            or ErrorReason.ClientSilent
            or ErrorReason.DiskFull => true,
        ErrorReason.StoreFailed => status != StatusCode.DataLoss,
        _ => false,
    };

    private static SubscriptionsException MapByStatus(RpcException exception, Uri address)
    {
        var text = exception.StatusCode switch
        {
            StatusCode.Unavailable => $"The server at {address} cannot be reached: {Describe(exception.Status)}",
            StatusCode.DeadlineExceeded => $"The server at {address} did not answer in time: {Describe(exception.Status)}",
            StatusCode.Unimplemented =>
                $"What answers at {address} is no Subscriptions server, or one that lacks this call: {Describe(exception.Status)}",
            StatusCode.ResourceExhausted =>
                $"The server at {address} or this client refused a message for its size, or the server is out of resources "
                + $"(see {nameof(SubscriptionsClientOptions)}.{nameof(SubscriptionsClientOptions.MaxMessageBytes)}): {Describe(exception.Status)}",
            _ => $"The call to {address} failed: {Describe(exception.Status)}",
        };
        var reason = exception.StatusCode == StatusCode.Unimplemented ? ErrorReason.NotSupported : ErrorReason.Unknown;
        var details = ErrorDetails.Local(text, reason, IsRetryable(exception.StatusCode));
        return exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
            ? new ServerUnavailableException(details, exception)
            : Create(details, exception);
    }

    /// <summary>
    /// For endings without a reason: they come from proxies, from HTTP/2 itself or from this machine. Internal and Unknown are then broken
    /// transports, Cancelled a stream that the other side reset and Aborted a conflict of a moment.
    /// </summary>
    private static bool IsRetryable(StatusCode status) => status is
        StatusCode.Unavailable
        or StatusCode.DeadlineExceeded
        or StatusCode.Cancelled
        or StatusCode.Aborted
        or StatusCode.Unknown
        or StatusCode.Internal;

    // gRPC's own text may be as little as "Error connecting to subchannel"; what the socket said tells what to do.
    private static string Describe(Grpc.Core.Status status)
    {
        var text = string.IsNullOrEmpty(status.Detail) ? status.StatusCode.ToString() : status.Detail;
        var cause = status.DebugException?.GetBaseException().Message;
        return cause is null || text.Contains(cause, StringComparison.Ordinal) ? text : $"{cause} ({text})";
    }

    private static ErrorInfo? ReadInfo(Metadata trailers)
    {
        foreach (var entry in trailers)
        {
            if (entry.IsBinary && entry.Key == DetailsTrailer && ReadInfo(entry.ValueBytes) is { } info)
            {
                return info;
            }
        }

        return null;
    }

    private static ErrorInfo? ReadInfo(byte[] bytes)
    {
        try
        {
            foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(bytes).Details)
            {
                if (detail.TryUnpack<ErrorInfo>(out var info) && info.Domain == Domain)
                {
                    return info;
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Details that cannot be read are as good as none: the status code still tells what to do.
            return null;
        }

        return null;
    }
}
