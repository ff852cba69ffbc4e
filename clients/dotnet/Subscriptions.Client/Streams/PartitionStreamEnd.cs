namespace Subscriptions.Client;

/// <summary>Why a partition's stream is over.</summary>
public enum PartitionStreamEnd
{
    /// <summary>Nothing that this client knows. The stream is opened again.</summary>
    Unknown = 0,

    /// <summary>It has given all up to its end.</summary>
    Complete = 1,

    /// <summary>This client closed it.</summary>
    Closed = 2,

    /// <summary>Deletions were purged that it had not given yet, or the partition's history has changed. It is opened again.</summary>
    Rollback = 3,

    /// <summary>The server's store failed. The stream is opened again, after a pause.</summary>
    StoreFailed = 4,

    /// <summary>The database was dropped.</summary>
    DatabaseDropped = 5,

    /// <summary>The server is stopping. The stream is opened again, after a pause.</summary>
    ShuttingDown = 6,
}
