namespace Grpc.Core;

/// <summary>Outcome of a call, as numbered by the gRPC protocol.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The caller gave the call up.</summary>
    Cancelled = 1,

    /// <summary>A failure about which nothing more is known.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state of the system is.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; the operation may have taken effect all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What the call names does not exist.</summary>
    NotFound = 5,

    /// <summary>What the call would create exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a limit or a resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the operation needs; repeating it does not help until that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation lost against a concurrent one and may be repeated from its beginning.</summary>
    Aborted = 10,

    /// <summary>The operation went past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The operation is not offered here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the callee is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached or serve at present; repeating the call later may succeed.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller has no valid credentials.</summary>
    Unauthenticated = 16,
}
