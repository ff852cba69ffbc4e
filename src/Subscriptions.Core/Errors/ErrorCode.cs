namespace Subscriptions.Core.Errors;

/// <summary>Why the engine refuses or ends something: the reasons of the public contract (errors.proto), under the same numbers.</summary>
public enum ErrorCode
{
    /// <summary>A field is missing or outside its limit.</summary>
    InvalidArgument = 1,

    /// <summary>The query cannot be parsed, or uses what is not supported.</summary>
    InvalidQuery = 2,

    /// <summary>There is no database of that name.</summary>
    DatabaseNotFound = 3,

    /// <summary>A database of that name exists with other settings.</summary>
    DatabaseExists = 4,

    /// <summary>The document does not exist.</summary>
    DocumentNotFound = 5,

    /// <summary>An expected revision did not hold.</summary>
    RevisionConflict = 6,

    /// <summary>There is no subscription of that name, or it was deleted.</summary>
    SubscriptionNotFound = 7,

    /// <summary>A subscription of that name exists with another definition.</summary>
    SubscriptionExists = 8,

    /// <summary>The subscription is disabled.</summary>
    SubscriptionDisabled = 9,

    /// <summary>Somebody else holds the subscription.</summary>
    InUse = 10,

    /// <summary>Another worker took the subscription over.</summary>
    TakenOver = 11,

    /// <summary>The worker's lease has ended.</summary>
    LeaseLost = 12,

    /// <summary>An administrator dropped the worker.</summary>
    Dropped = 13,

    /// <summary>The subscription's query or cursor was changed.</summary>
    SubscriptionChanged = 14,

    /// <summary>Nothing was heard from the worker for too long.</summary>
    WorkerSilent = 15,

    /// <summary>A batch was not acked in time.</summary>
    AckTimeout = 16,

    /// <summary>The worker broke the order of the conversation.</summary>
    ProtocolViolation = 17,

    /// <summary>The server is stopping or starting.</summary>
    ShuttingDown = 18,

    /// <summary>A limit of the server is reached.</summary>
    LimitExceeded = 19,

    /// <summary>The disk is full.</summary>
    DiskFull = 20,

    /// <summary>The store failed.</summary>
    StoreFailed = 21,

    /// <summary>The contract has it, this server does not yet.</summary>
    NotSupported = 22,

    /// <summary>A fault of the server.</summary>
    Internal = 23,

    /// <summary>The database was dropped.</summary>
    DatabaseDropped = 24,

    /// <summary>The collection keeps no revisions.</summary>
    RevisionsNotConfigured = 25,

    /// <summary>The database was restored or rewound: its history goes on in another branch.</summary>
    HistoryChanged = 26,

    /// <summary>The database is being restored or rewound.</summary>
    DatabaseBusy = 27,

    /// <summary>A rewind would need what is not kept any more.</summary>
    CannotRewind = 28,

    /// <summary>What was given as a backup is none, or is damaged.</summary>
    InvalidBackup = 29,

    /// <summary>The database has no such partition.</summary>
    PartitionNotFound = 30,

    /// <summary>The connection has a stream of that id.</summary>
    StreamExists = 31,

    /// <summary>The connection has no stream of that id.</summary>
    StreamNotFound = 32,

    /// <summary>Numbers contradict each other, or are beyond what exists.</summary>
    OutOfRange = 33,

    /// <summary>Another connection of the same name was opened.</summary>
    ConnectionReplaced = 34,

    /// <summary>Nothing was heard from a client for too long.</summary>
    ClientSilent = 35,
}
