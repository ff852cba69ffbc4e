namespace Subscriptions.Client;

/// <summary>What a write did to one document.</summary>
/// <param name="Revision">The document's revision now; empty when nothing changed.</param>
/// <param name="Partition">The partition that it lives in.</param>
/// <param name="Seqno">The change's seqno in that partition; 0 when nothing changed.</param>
public readonly record struct WriteResult(string Revision, int Partition, long Seqno)
{
    /// <summary>False for a delete or touch of a document that does not exist.</summary>
    public bool Changed => Seqno > 0;
}
