namespace Subscriptions.Core.Subscriptions;

/// <summary>Which subscriptions a list shows; what is null or empty does not matter. Immutable.</summary>
public sealed record SubscriptionFilter
{
    /// <summary>All of them.</summary>
    public static SubscriptionFilter None { get; } = new();

    /// <summary>Names that begin so, whatever their case.</summary>
    public string NamePrefix { get; init; } = "";

    /// <summary>Those that refuse workers, or those that do not.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Those that a worker has, or those that none has.</summary>
    public bool? Connected { get; init; }
}

/// <summary>Subscriptions in the order of their names.</summary>
/// <param name="Entries">The subscriptions.</param>
/// <param name="NextPageToken">Where the next page begins; empty when there is none.</param>
public sealed record SubscriptionPage(IReadOnlyList<SubscriptionEntry> Entries, string NextPageToken);
