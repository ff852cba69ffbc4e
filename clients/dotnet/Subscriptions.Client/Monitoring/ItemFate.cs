namespace Subscriptions.Client;

/// <summary>What becomes of an item that could not be processed.</summary>
public enum ItemFate
{
    /// <summary>A fate that this library does not know.</summary>
    Unknown = 0,

    /// <summary>It is tried again.</summary>
    Retried = 1,

    /// <summary>It was given up.</summary>
    DeadLettered = 2,

    /// <summary>It comes again anyway: the document has changed, or an older revision of it is to be tried first.</summary>
    Superseded = 3,

    /// <summary>It was delivered as often as it may be; the subscription stops.</summary>
    Stops = 4,
}
