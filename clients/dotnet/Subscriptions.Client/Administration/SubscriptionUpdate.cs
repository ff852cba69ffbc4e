namespace Subscriptions.Client;

/// <summary>What is to change about a subscription: what is <see langword="null"/> stays as it is.</summary>
public sealed record SubscriptionUpdate
{
    /// <summary>Rename it. Cursor, progress and workers stay.</summary>
    public string? NewName { get; init; }

    /// <summary>The query.</summary>
    public string? Query { get; init; }

    /// <summary>Whether deletions and expiries are delivered.</summary>
    public bool? IncludeDeletes { get; init; }

    /// <summary>Whether workers are refused.</summary>
    public bool? Disabled { get; init; }

    /// <summary>The retry policy, as a whole.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>The ack timeout; <see cref="TimeSpan.Zero"/> takes it away.</summary>
    public TimeSpan? AckTimeout { get; init; }

    /// <summary>The values of the query's <c>$names</c>; the empty string takes them away.</summary>
    public string? Parameters { get; init; }

    /// <summary>
    /// Where the cursor is moved to. Retries that wait are forgotten, dead letters are kept. Of a subscription that is created: where it
    /// begins.
    /// </summary>
    public SubscriptionCursor? Cursor { get; init; }

    /// <summary>Create the subscription when it is missing; <see cref="Query"/> is then required.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool CreateIfMissing { get; init; }
}
