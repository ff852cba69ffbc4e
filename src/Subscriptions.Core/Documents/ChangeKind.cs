namespace Subscriptions.Core.Documents;

/// <summary>What happened to a document at a seqno.</summary>
public enum ChangeKind
{
    /// <summary>The document was put or touched: it exists, with content.</summary>
    Put = 0,

    /// <summary>The document was deleted; a tombstone without content is left.</summary>
    Delete = 1,

    /// <summary>The document's expiry instant passed; a tombstone marked <em>expired</em> is left.</summary>
    Expiry = 2,
}
