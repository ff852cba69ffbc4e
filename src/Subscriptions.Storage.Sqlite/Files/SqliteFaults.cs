using SQLitePCL;
using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>Turns SQLite's result codes into exceptions: faults of the environment into <see cref="StoreException"/>, all others are bugs.</summary>
internal static class SqliteFaults
{
    /// <summary>The exception for a result code.</summary>
    /// <param name="extendedCode">The extended result code.</param>
    /// <param name="path">The database file.</param>
    /// <param name="detail">SQLite's own message.</param>
    public static Exception ToException(int extendedCode, string path, string detail)
    {
        var what = $"SQLite: {detail} (code {extendedCode})";
        return (extendedCode & 0xff) switch
        {
            raw.SQLITE_FULL => new StoreException(
                StoreFault.DiskFull, $"There is no space left for '{path}'; nothing was written. Free some space and try again. {what}"),
            raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_PROTOCOL or raw.SQLITE_NOLFS => new StoreException(
                StoreFault.Io, $"'{path}' could not be read or written. Check the disk and the folder. {what}"),
            raw.SQLITE_NOMEM => new StoreException(
                StoreFault.Io, $"There was not enough memory to work on '{path}'. {what}"),
            raw.SQLITE_READONLY or raw.SQLITE_PERM => ReadOnly(path, what),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Corrupt(path, what),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreException(
                StoreFault.InUse, $"'{path}' is locked by another program. Close whatever else has the file open. {what}"),
            _ => new InvalidOperationException($"A statement on '{path}' failed. {what}"),
        };
    }

    /// <summary>The file is not what this program wrote.</summary>
    public static StoreException Corrupt(string path, string what) => new(
        StoreFault.Corrupt,
        $"'{path}' is damaged or not a file of this program, and was left as it is: {what}. " +
        "Restore the file from a backup, or move it away together with its '-wal' and '-shm' files.");

    /// <summary>The file cannot be written to.</summary>
    public static StoreException ReadOnly(string path, string what) => new(
        StoreFault.ReadOnly, $"'{path}' cannot be written to. Check the permissions of the file and its folder, and how the disk is mounted. {what}");
}
