namespace Subscriptions.Client;

/// <summary>Where the data of a snapshot are read.</summary>
public enum SnapshotSource
{
    /// <summary>Nothing that this client knows.</summary>
    Unknown = 0,

    /// <summary>From the disk.</summary>
    Disk = 1,

    /// <summary>From the newest changes, which the server keeps in memory.</summary>
    Memory = 2,
}
