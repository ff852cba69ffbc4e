namespace Subscriptions.Client;

/// <summary>What becomes of a worker's connection.</summary>
public enum ConnectionState
{
    /// <summary>A state that this library does not know.</summary>
    Unknown = 0,

    /// <summary>It asked, and was not answered yet.</summary>
    Asking = 1,

    /// <summary>It is in the queue.</summary>
    Waiting = 2,

    /// <summary>It has the subscription.</summary>
    Active = 3,

    /// <summary>It was sent away before it had the subscription.</summary>
    Refused = 4,

    /// <summary>The worker ended it in order.</summary>
    Finished = 5,

    /// <summary>The server ended it.</summary>
    Closed = 6,

    /// <summary>The worker was not there any more.</summary>
    Lost = 7,
}
