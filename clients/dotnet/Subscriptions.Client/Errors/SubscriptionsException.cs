namespace Subscriptions.Client;

/// <summary>
/// The root of everything that this client throws for the server's or the network's sake. What a caller treats differently has a type of
/// its own below it; the rest is this type with a <see cref="Reason"/>. Mistakes of the caller are <see cref="ArgumentException"/> and
/// <see cref="InvalidOperationException"/>; cancellation is <see cref="OperationCanceledException"/>.
/// </summary>
public class SubscriptionsException : Exception
{
    internal SubscriptionsException(ErrorDetails details, Exception? innerException = null)
        : base(details.Message, innerException)
    {
        Details = details;
    }

    /// <summary>Why, for programs. The message is for people and may change.</summary>
    public ErrorReason Reason => Details.Reason;

    /// <summary>The reason as the server sent it, such as <c>IN_USE</c>; empty when none came.</summary>
    public string ReasonName => Details.ReasonName;

    /// <summary>What the server added, by the names in <c>errors.proto</c>; empty when nothing came.</summary>
    public IReadOnlyDictionary<string, string> Metadata => Details.Metadata;

    /// <summary>
    /// True when the same request can succeed later without anybody's doing. Workers reconnect by themselves after such endings.
    /// </summary>
    public bool IsRetryable => Details.IsRetryable;

    internal ErrorDetails Details { get; }
}
