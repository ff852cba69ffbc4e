namespace Subscriptions.Client;

/// <summary>What a subscription delivers.</summary>
/// <param name="Name">1 to 256 characters; unique in the database, whatever their case.</param>
/// <param name="Query"><c>from &lt;Collection | @all_docs&gt; [as x] [where &lt;expression&gt;]</c>; at most 64 KiB.</param>
public sealed record SubscriptionDefinition(string Name, string Query)
{
    /// <summary>Deliver deletions and expiries of the query's collection too, as items without content.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IncludeDeletes { get; init; }

    /// <summary>Refuse workers.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Disabled { get; init; }
}
