namespace Subscriptions.Client;

/// <summary>What a query finds.</summary>
/// <param name="Items">What a worker would get.</param>
/// <param name="Includes">The documents that come along, each once.</param>
/// <param name="Scanned">How many changes were looked at.</param>
/// <param name="IsComplete">True when everything that existed was looked at.</param>
/// <param name="ResumeToken">Where it stopped: a subscription that starts here, or another trial, goes on from there.</param>
public sealed record QueryTrialResult(
    IReadOnlyList<SubscriptionItem> Items,
    IReadOnlyList<IncludedDocument> Includes,
    long Scanned,
    bool IsComplete,
    string ResumeToken);
