namespace Subscriptions.Client;

/// <summary>Why the server refused a call or ended a conversation. The values are those of the contract's <c>errors.proto</c>.</summary>
public enum ErrorReason
{
    /// <summary>
    /// No reason was sent, or one that this client does not know: <see cref="SubscriptionsException.ReasonName"/> has it as it came.
    /// </summary>
    Unknown = 0,

    /// <summary>A field is missing or outside its limit. Nothing was changed. Final.</summary>
    InvalidArgument = 1,

    /// <summary>The query cannot be parsed, or uses what the server does not support. Final.</summary>
    InvalidQuery = 2,

    /// <summary>There is no database of that name. Final.</summary>
    DatabaseNotFound = 3,

    /// <summary>A database of that name exists with other settings. Final.</summary>
    DatabaseExists = 4,

    /// <summary>The document was never written, or was deleted or expired. Final.</summary>
    DocumentNotFound = 5,

    /// <summary>An expected revision did not hold; the request changed nothing. Read, decide again, write again. Final as it stands.</summary>
    RevisionConflict = 6,

    /// <summary>There is no subscription of that name, or it was deleted while the worker was connected. Final.</summary>
    SubscriptionNotFound = 7,

    /// <summary>A subscription of that name exists with another definition. Final.</summary>
    SubscriptionExists = 8,

    /// <summary>The subscription is disabled. Final until somebody enables it.</summary>
    SubscriptionDisabled = 9,

    /// <summary>Somebody else holds the subscription and the opening strategy neither waits nor takes over. Final.</summary>
    InUse = 10,

    /// <summary>Another worker took the subscription over. Final: two workers that reconnect would take turns for ever.</summary>
    TakenOver = 11,

    /// <summary>The worker's lease has ended: its ack changed nothing. The worker reconnects.</summary>
    LeaseLost = 12,

    /// <summary>An administrator dropped the worker. Final.</summary>
    Dropped = 13,

    /// <summary>The subscription's query or cursor was changed. The worker reconnects.</summary>
    SubscriptionChanged = 14,

    /// <summary>The server heard nothing from the worker for too long. The worker reconnects.</summary>
    WorkerSilent = 15,

    /// <summary>A batch was neither acked nor extended in time. The worker reconnects.</summary>
    AckTimeout = 16,

    /// <summary>One side broke the order of the conversation: a fault of the client library or of the server. Final.</summary>
    ProtocolViolation = 17,

    /// <summary>The server is stopping or starting. The worker reconnects with back-off.</summary>
    ShuttingDown = 18,

    /// <summary>A limit of the server is reached. Final: remove what is not needed, or raise the setting.</summary>
    LimitExceeded = 19,

    /// <summary>The server's disk is full; nothing was written. Retry with back-off.</summary>
    DiskFull = 20,

    /// <summary>The server's store failed. Retry with back-off, unless data was lost.</summary>
    StoreFailed = 21,

    /// <summary>The contract has it, this server does not yet. Final.</summary>
    NotSupported = 22,

    /// <summary>A fault of the server; its log has the same error id. Final.</summary>
    Internal = 23,

    /// <summary>The database was dropped while the worker was connected. Final.</summary>
    DatabaseDropped = 24,

    /// <summary>The collection keeps no revisions, and the subscription is to revisions. Final until somebody switches them on.</summary>
    RevisionsNotConfigured = 25,

    /// <summary>The database was restored or rewound while the client was connected. The client reconnects, and may be sent back.</summary>
    HistoryChanged = 26,

    /// <summary>The database is being restored or rewound. Retry with back-off.</summary>
    DatabaseBusy = 27,

    /// <summary>A rewind would need versions of documents that are not kept, or deletions that were purged. Restore a backup, or allow the loss.</summary>
    CannotRewind = 28,

    /// <summary>What was given as a backup is none, is damaged, or is of a newer version of the server. Nothing was changed.</summary>
    InvalidBackup = 29,

    /// <summary>The database has no such partition. Final.</summary>
    PartitionNotFound = 30,

    /// <summary>The connection has a stream of that id. Final.</summary>
    StreamExists = 31,

    /// <summary>The connection has no stream of that id. Final.</summary>
    StreamNotFound = 32,

    /// <summary>A stream's start, snapshot and end contradict each other, or are beyond what exists. Final.</summary>
    OutOfRange = 33,

    /// <summary>Another connection of the same name was opened. Final: one that reconnects by itself would take turns with the other for ever.</summary>
    ConnectionReplaced = 34,

    /// <summary>The server heard nothing from the client for too long. The client reconnects.</summary>
    ClientSilent = 35,
}
