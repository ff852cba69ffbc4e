namespace Subscriptions.Client;

/// <summary>What happened to a document.</summary>
public enum ChangeKind
{
    /// <summary>Nothing that this client knows.</summary>
    Unknown = 0,

    /// <summary>It was written.</summary>
    Put = 1,

    /// <summary>It was deleted.</summary>
    Delete = 2,

    /// <summary>It expired.</summary>
    Expiry = 3,
}
