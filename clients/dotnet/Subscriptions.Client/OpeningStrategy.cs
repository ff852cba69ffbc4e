namespace Subscriptions.Client;

/// <summary>What a worker wants when the subscription may be held by another.</summary>
public enum OpeningStrategy
{
    /// <summary>Open if it is free, else end with <see cref="SubscriptionInUseException"/>.</summary>
    Fail = 0,

    /// <summary>Queue, first come first served, until it is free.</summary>
    Wait = 1,

    /// <summary>
    /// Close the holder, which ends with <see cref="SubscriptionTakenOverException"/>, and open. When the holder itself opened so, end with
    /// <see cref="SubscriptionInUseException"/>.
    /// </summary>
    TakeOver = 2,

    /// <summary>Share the subscription with other workers that open so.</summary>
    Concurrent = 3,
}
