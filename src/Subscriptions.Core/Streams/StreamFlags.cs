namespace Subscriptions.Core.Streams;

/// <summary>How a stream differs from the usual one.</summary>
[Flags]
public enum StreamFlags
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>Ends at the newest change that exists when it is opened.</summary>
    ToLatest = 1,

    /// <summary>Begins at the newest change that exists when it is opened.</summary>
    FromLatest = 1 << 1,

    /// <summary>The branch is checked even of a reader at the beginning.</summary>
    Strict = 1 << 2,

    /// <summary>Purged tombstones do not send the reader back.</summary>
    IgnorePurged = 1 << 3,

    /// <summary>As <see cref="ToLatest"/>, read from the store alone.</summary>
    DiskOnly = 1 << 4,

    /// <summary>Sends no data, and ends as soon as something newer exists.</summary>
    NotifyOnly = 1 << 5,

    /// <summary>Ends exactly at its end, in the middle of a snapshot if need be.</summary>
    ExactEnd = 1 << 6,

    /// <summary>Changes come without content.</summary>
    NoContent = 1 << 7,
}
