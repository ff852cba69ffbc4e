namespace Subscriptions.Client;

/// <summary>Where a batch is between the server and the application.</summary>
internal enum BatchLeaseState
{
    /// <summary>Received; the application has not asked for it yet.</summary>
    Ready,

    /// <summary>The application works on it.</summary>
    HandedOut,

    /// <summary>The application acked it; an earlier batch's ack, or room in the stream, is waited for.</summary>
    AckDue,

    /// <summary>The ack is on its way.</summary>
    AckSent,

    /// <summary>The ack is durable.</summary>
    Confirmed,

    /// <summary>The application gave it back.</summary>
    Nacked,

    /// <summary>It is not this worker's any more.</summary>
    Lost,
}
