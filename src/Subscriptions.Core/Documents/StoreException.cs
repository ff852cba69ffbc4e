namespace Subscriptions.Core.Documents;

/// <summary>A store could not do what was asked, for reasons that are not the caller's: the disk is full, the file is damaged, the store is closed.</summary>
/// <remarks>When a write fails with this exception nothing of it was committed, unless <see cref="OutcomeUnknown"/> says otherwise.</remarks>
public class StoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What went wrong, by kind.</param>
    /// <param name="message">What went wrong, where, and what an operator can do about it.</param>
    /// <param name="inner">The cause.</param>
    public StoreException(StoreFault kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What went wrong, by kind.</summary>
    public StoreFault Kind { get; }

    /// <summary>True when the same call may succeed later without anybody changing the data folder by hand.</summary>
    public bool IsTransient => Kind is StoreFault.DiskFull or StoreFault.Io or StoreFault.Closed;

    /// <summary>True when it is not known whether a write became durable: the sync itself failed.</summary>
    public bool OutcomeUnknown { get; init; }
}

/// <summary>The kinds of <see cref="StoreException"/>.</summary>
public enum StoreFault
{
    /// <summary>No space is left where the data is.</summary>
    DiskFull = 1,

    /// <summary>Reading or writing failed.</summary>
    Io = 2,

    /// <summary>The folder or file cannot be written to.</summary>
    ReadOnly = 3,

    /// <summary>The file is not what this program wrote: damaged, truncated or foreign.</summary>
    Corrupt = 4,

    /// <summary>Another process has the folder open.</summary>
    InUse = 5,

    /// <summary>The file was written by a newer version of this program.</summary>
    NewerVersion = 6,

    /// <summary>The store is closed or closing.</summary>
    Closed = 7,
}
