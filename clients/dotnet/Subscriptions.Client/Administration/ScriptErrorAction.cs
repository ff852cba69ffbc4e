namespace Subscriptions.Client;

/// <summary>What is done with a document on which the query's script fails.</summary>
public enum ScriptErrorAction
{
    /// <summary>It is delivered with <see cref="SubscriptionItem.Error"/> instead of content.</summary>
    Deliver = 1,

    /// <summary>It is tried again by the back-off, as if a worker had nacked it, and given up like others.</summary>
    Retry = 2,

    /// <summary>It goes to the dead letters at once.</summary>
    DeadLetter = 3,
}
