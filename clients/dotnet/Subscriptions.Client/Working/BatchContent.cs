namespace Subscriptions.Client;

/// <summary>A batch as it came over the wire, all chunks together.</summary>
/// <param name="BatchId">Its number in the conversation.</param>
/// <param name="Items">Its items.</param>
/// <param name="Includes">The documents that come along, by id.</param>
/// <param name="ChangeVector">What an ack stores at least.</param>
/// <param name="ResumeToken">The same, for other readers.</param>
/// <param name="TraceParent">The server's span of it; null when that is not recorded.</param>
/// <param name="ReceivedAt">When its first chunk came, as a timestamp of the time provider.</param>
internal sealed record BatchContent(
    long BatchId,
    IReadOnlyList<SubscriptionItem> Items,
    IReadOnlyDictionary<string, IncludedDocument> Includes,
    string ChangeVector,
    string ResumeToken,
    string? TraceParent,
    long ReceivedAt);
