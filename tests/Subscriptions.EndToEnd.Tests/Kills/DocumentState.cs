namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>What is known of one document. Belongs to the ledger and its lock; instants are places in the order of everything.</summary>
internal sealed class DocumentState
{
    /// <summary>The newest version that was delivered.</summary>
    public long Seqno { get; set; }

    /// <summary>When it was delivered last.</summary>
    public long DeliveredAt { get; set; }

    /// <summary>When a worker failed it last.</summary>
    public long FailedAt { get; set; }

    /// <summary>It is a dead letter, or was one and was discarded.</summary>
    public bool IsGivenUp { get; set; }
}
