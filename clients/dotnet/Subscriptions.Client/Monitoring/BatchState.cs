namespace Subscriptions.Client;

/// <summary>What becomes of a batch.</summary>
public enum BatchState
{
    /// <summary>A state that this library does not know.</summary>
    Unknown = 0,

    /// <summary>The network has not taken all of it yet.</summary>
    Sending = 1,

    /// <summary>It waits for its ack.</summary>
    Sent = 2,

    /// <summary>It was acked, and that is not durable yet.</summary>
    Acked = 3,

    /// <summary>Its ack is durable.</summary>
    Confirmed = 4,

    /// <summary>The worker sent it, or one before it, back.</summary>
    Nacked = 5,

    /// <summary>The connection ended before its ack was durable: it is delivered again.</summary>
    Lost = 6,
}
