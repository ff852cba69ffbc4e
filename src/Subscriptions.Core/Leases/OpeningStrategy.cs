namespace Subscriptions.Core.Leases;

/// <summary>What a worker wants when the subscription may be held by another. The numbers are those of the public contract.</summary>
public enum OpeningStrategy
{
    /// <summary>Open if it is free, else be refused.</summary>
    Fail = 1,

    /// <summary>Queue, first come first served, until it is free.</summary>
    Wait = 2,

    /// <summary>Close the holder and open; be refused when the holder itself took over.</summary>
    TakeOver = 3,

    /// <summary>Share the subscription with others that open so.</summary>
    Concurrent = 4,
}
