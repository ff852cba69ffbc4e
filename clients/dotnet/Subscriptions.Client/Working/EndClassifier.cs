using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>Makes of a gRPC status, and of what the server said before it, what a conversation's end means to the worker.</summary>
internal static class EndClassifier
{
    /// <summary>The stream ended with an error.</summary>
    public static SubscriptionsException Failed(RpcException exception, V1.Closing? closing, Uri address)
    {
        var failure = ErrorMapper.Map(exception, address);
        if (closing is null)
        {
            return failure;
        }

        // The status says the same, unless a proxy or a cut replaced it. Whether to reconnect is the server's explicit word.
        return failure.ReasonName.Length > 0
            ? ErrorMapper.Create(failure.Details with { IsRetryable = closing.Reconnect }, exception)
            : ClosedByServer(closing, exception);
    }

    /// <summary>The stream ended with OK.</summary>
    /// <returns>Null when that is what was wanted.</returns>
    public static SubscriptionsException? Completed(bool isWanted, V1.Closing? closing, Uri address)
    {
        if (closing is not null)
        {
            return ClosedByServer(closing, inner: null);
        }

        return isWanted ? null : Faults.EndedWithoutReason(address);
    }

    private static SubscriptionsException ClosedByServer(V1.Closing closing, Exception? inner)
    {
        var reason = Enum.IsDefined((ErrorReason)closing.Reason) ? (ErrorReason)closing.Reason : ErrorReason.Unknown;
        var name = closing.Reason.ToString();
        var message = closing.Message.Length > 0 ? closing.Message : $"The server closed the conversation: {name}.";
        return ErrorMapper.Create(new ErrorDetails(message, reason, name, ErrorDetails.NoMetadata, closing.Reconnect), inner);
    }
}
