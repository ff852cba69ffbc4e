namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>What a connection is opened for.</summary>
internal enum SqliteAccess
{
    /// <summary>Reading an existing file.</summary>
    Read = 0,

    /// <summary>Reading and writing an existing file.</summary>
    Write = 1,

    /// <summary>Making a new file.</summary>
    Create = 2,
}
