using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>The calls of an <see cref="ISubscriptionStore"/>, to name those that a test counts, holds or fails.</summary>
public enum SubscriptionStoreCall
{
    /// <summary><see cref="ISubscriptionStore.ListAsync"/>.</summary>
    List = 1,

    /// <summary><see cref="ISubscriptionStore.CreateAsync"/>.</summary>
    Create = 2,

    /// <summary><see cref="ISubscriptionStore.UpdateAsync"/>.</summary>
    Update = 3,

    /// <summary><see cref="ISubscriptionStore.DeleteAsync"/>.</summary>
    Delete = 4,

    /// <summary><see cref="ISubscriptionStore.DeleteAllAsync"/>.</summary>
    DeleteAll = 5,

    /// <summary><see cref="ISubscriptionStore.GrantAsync"/>.</summary>
    Grant = 6,

    /// <summary><see cref="ISubscriptionStore.SetCursorAsync"/>.</summary>
    SetCursor = 7,

    /// <summary><see cref="ISubscriptionStore.SaveProgressAsync"/>.</summary>
    SaveProgress = 8,

    /// <summary><see cref="ISubscriptionStore.ListFailedItemsAsync"/>.</summary>
    ListFailedItems = 9,

    /// <summary><see cref="ISubscriptionStore.CountFailedItemsAsync"/>.</summary>
    CountFailedItems = 10,

    /// <summary><see cref="ISubscriptionStore.ReplayDeadLettersAsync"/>.</summary>
    ReplayDeadLetters = 11,

    /// <summary><see cref="ISubscriptionStore.DiscardDeadLettersAsync"/>.</summary>
    DiscardDeadLetters = 12,
}

/// <summary>Where in a call a test takes hold of it.</summary>
public enum HoldPoint
{
    /// <summary>Nothing has changed yet. A call that fails here changes nothing.</summary>
    BeforeApplying = 1,

    /// <summary>The change is durable, the caller does not know it yet. A call that fails here has an unknown outcome.</summary>
    BeforeAnswering = 2,
}
