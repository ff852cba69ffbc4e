namespace Subscriptions.Client;

/// <summary>What is done with an item that was delivered as often as it may be.</summary>
public enum ExhaustedAction
{
    /// <summary>It goes to the dead letters, and delivery goes on.</summary>
    DeadLetter = 1,

    /// <summary>
    /// The subscription is disabled, and its workers end with <see cref="SubscriptionDisabledException"/>. Nothing is skipped: when it is
    /// enabled again the item comes again, its attempts counted afresh.
    /// </summary>
    Stop = 2,
}
