using System.Runtime.InteropServices;
using System.Text;
using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>Makes the names in a folder durable: files created, renamed or deleted there survive a power loss afterwards.</summary>
internal static class DirectorySync
{
    private const int ReadOnlyFlag = 0;

    /// <summary>Syncs a folder. On Windows the file system's own journal does this.</summary>
    /// <exception cref="StoreException">The sync failed.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows()) return;

        // .NET opens files only; a folder needs the system's own calls.
        var descriptor = NativeMethods.open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnlyFlag);
        if (descriptor < 0) throw Fault(folder, Marshal.GetLastPInvokeError());
        var result = NativeMethods.fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = NativeMethods.close(descriptor);
        if (result != 0) throw Fault(folder, error);
    }

    private static StoreException Fault(string folder, int error) => new(
        StoreFault.Io, $"The folder '{folder}' could not be synced to disk: {Marshal.GetPInvokeErrorMessage(error)}. Check the disk.");

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int open(byte[] path, int flags);

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int fsync(int descriptor);

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int close(int descriptor);
    }
}
