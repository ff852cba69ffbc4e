namespace Subscriptions.Core.Delivery;

/// <summary>The server's settings of delivery; the same for all workers.</summary>
public sealed record DeliveryOptions
{
    /// <summary>How often heartbeats are sent. Default 12 s: two of them may be late before a peer counts as silent.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long a worker may be silent before it is closed. Default 30 s.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often, at least, the cursor is saved while nothing matches. Default 1 s.</summary>
    public TimeSpan ScanSaveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After how many documents without a match, at most, the cursor is saved. Default 10,000.</summary>
    public int ScanSaveDocuments { get; init; } = 10_000;

    /// <summary>How long a worker that is being closed may take to read what was confirmed. Default 500 ms.</summary>
    public TimeSpan ClosingTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How many documents of a subscription may wait for another try before its log is not read on: then only those are delivered, until fewer
    /// wait. What is on its way by then may come on top. Default 10,000.
    /// </summary>
    public int MaxRetries { get; init; } = 10_000;

    /// <summary>How the server calls itself to workers.</summary>
    public string Node { get; init; } = Environment.MachineName;
}
