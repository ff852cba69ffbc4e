namespace Subscriptions.Client;

/// <summary>The exceptions that a worker makes itself.</summary>
internal static class Faults
{
    /// <summary>The server broke the contract.</summary>
    public static ProtocolViolationException Protocol(string what) => new(ErrorDetails.Local(
        $"The server broke the contract: {what}. Client and server may be of versions that do not fit together.",
        ErrorReason.ProtocolViolation,
        isRetryable: false));

    /// <summary>The batch is not this worker's any more.</summary>
    public static SubscriptionLeaseLostException Lost(BatchLease lease, SubscriptionsException? cause)
    {
        var why = cause is null ? "it was given back with an earlier batch" : cause.Message;
        var details = (cause as SubscriptionLeaseLostException)?.Details
            ?? ErrorDetails.Local(string.Empty, ErrorReason.LeaseLost, isRetryable: true);
        return new SubscriptionLeaseLostException(
            details with { Message = $"Batch {lease.BatchId} is not this worker's any more, and may be delivered again: {why}" },
            cause);
    }

    /// <summary>An earlier batch was nacked.</summary>
    public static SubscriptionLeaseLostException GivenBack(BatchLease nacked) => new(ErrorDetails.Local(
        $"Batch {nacked.BatchId} was nacked, and those after it go back with it.",
        ErrorReason.LeaseLost,
        isRetryable: true));

    /// <summary>The worker itself closes the connection.</summary>
    public static SubscriptionLeaseLostException Closed() => new(ErrorDetails.Local(
        "The worker was closed, or its batches are not read any more.",
        ErrorReason.LeaseLost,
        isRetryable: true));

    /// <summary>Nothing was heard from the server.</summary>
    public static ServerUnavailableException Silent(Uri address, TimeSpan timeout) => new(ErrorDetails.Local(
        $"Nothing was heard from the server at {address} for {timeout}.",
        ErrorReason.Unknown,
        isRetryable: true));

    /// <summary>The server ended a conversation that nobody wanted to end.</summary>
    public static ServerUnavailableException EndedWithoutReason(Uri address) => new(ErrorDetails.Local(
        $"The server at {address} ended the conversation without saying why.",
        ErrorReason.Unknown,
        isRetryable: true));

    /// <summary>A partition's stream ended, and is to be opened again.</summary>
    public static ServerUnavailableException StreamEnded(int partition, V1.StreamEndReason reason) => new(ErrorDetails.Local(
        $"The server ended the stream of partition {partition}: {reason}.",
        reason == V1.StreamEndReason.ShuttingDown ? ErrorReason.ShuttingDown : ErrorReason.Unknown,
        isRetryable: true));

    /// <summary>A database has not the partitions that a consumer began with.</summary>
    public static SubscriptionsException OtherPartitions(string database, int known, int now) => new(ErrorDetails.Local(
        $"Database '{database}' had {known} partitions and has {now} now: it is another one. Begin anew, with other checkpoints.",
        ErrorReason.Unknown,
        isRetryable: false));

    /// <summary>This library failed.</summary>
    public static SubscriptionsException Unexpected(string what, Exception exception) => new(
        ErrorDetails.Local($"The {what} failed unexpectedly: {exception.Message}", ErrorReason.Internal, isRetryable: false),
        exception);

    /// <summary>What was to be sent is too large for any message.</summary>
    public static InvalidRequestException TooLarge(string field, string value, string message) => new(new ErrorDetails(
        message,
        ErrorReason.InvalidArgument,
        string.Empty,
        new Dictionary<string, string> { ["field"] = field, ["value"] = value },
        IsRetryable: false));

    /// <summary>The application settled a batch twice.</summary>
    public static InvalidOperationException Settled(BatchLease lease, string how) =>
        new($"Batch {lease.BatchId} was {how} already.");

    /// <summary>The application asked for a batch that cannot come.</summary>
    public static InvalidOperationException Unsettled(BatchLease lease) => new(
        $"Batch {lease.BatchId} was neither acked nor nacked, and with a window of 1 no other comes before that. Ack it, or raise "
        + $"{nameof(SubscriptionWorkerOptions)}.{nameof(SubscriptionWorkerOptions.Window)}.");
}
