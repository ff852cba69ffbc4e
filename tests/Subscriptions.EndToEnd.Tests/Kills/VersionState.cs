namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>What is known of one version of a document. Belongs to the ledger and its lock.</summary>
internal sealed class VersionState
{
    /// <summary>The largest token under which it was acked; 0: it was not.</summary>
    public long AckedBy { get; set; }

    /// <summary>Its ack was confirmed, and it may not come again.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>The last attempt whose failure was confirmed.</summary>
    public int FailedAttempt { get; set; }

    /// <summary>What sessions up to this token had confirmed counts no more, as the cursor was moved behind it.</summary>
    public long MovedThrough { get; set; }
}
