namespace Subscriptions.Client;

/// <summary>Which subscriptions are listed: those to which everything applies that is not <see langword="null"/>.</summary>
public sealed record SubscriptionFilter
{
    /// <summary>Names that begin so, whatever their case.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>Those that are disabled, or those that are not.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Those that a worker has, or those that none has.</summary>
    public bool? Connected { get; init; }
}
