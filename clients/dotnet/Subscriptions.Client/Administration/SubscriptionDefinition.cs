namespace Subscriptions.Client;

/// <summary>What a subscription delivers.</summary>
/// <param name="Name">1 to 256 characters; unique in the database, whatever their case.</param>
/// <param name="Query">
/// <c>from &lt;Collection | @all_docs&gt; [(Revisions = true)] [as x] [where &lt;expression&gt;] [select …] [include …]</c>, and functions
/// declared before it; at most 64 KiB.
/// </param>
public sealed record SubscriptionDefinition(string Name, string Query)
{
    /// <summary>Deliver deletions and expiries of the query's collection too, as items without content.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IncludeDeletes { get; init; }

    /// <summary>Refuse workers.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Disabled { get; init; }

    /// <summary>What becomes of items that workers could not process.</summary>
    /// <value>Default: 5 attempts with a back-off of 1 second to 5 minutes, then the dead letters.</value>
    public RetryPolicy RetryPolicy { get; init; } = new();

    /// <summary>
    /// How long a worker may take to ack a batch, or to extend it, from 1 second to 24 hours; then it is closed with
    /// <see cref="AckTimeoutException"/>. Workers of this library extend by themselves, for as long as
    /// <see cref="SubscriptionWorkerOptions.ExtendBatchesFor"/> says.
    /// </summary>
    /// <value>Default: <see langword="null"/>: without limit, as long as the worker is heard of.</value>
    public TimeSpan? AckTimeout { get; init; }

    /// <summary>The values of the query's <c>$names</c>: one JSON object, at most 64 KiB.</summary>
    /// <value>Default: empty, for none.</value>
    public string Parameters { get; init; } = string.Empty;
}
