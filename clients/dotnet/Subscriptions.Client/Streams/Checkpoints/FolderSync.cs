using System.Runtime.InteropServices;
using System.Text;

namespace Subscriptions.Client;

/// <summary>Makes a renamed file's new name durable.</summary>
internal static class FolderSync
{
    private const int ReadOnlyFlag = 0;

    /// <summary>Syncs a folder. On Windows the file system's own journal does this.</summary>
    /// <exception cref="IOException">The sync failed.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens files only; a folder needs the system's own calls.
        var descriptor = NativeMethods.open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnlyFlag);
        var result = descriptor < 0 ? -1 : NativeMethods.fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = NativeMethods.close(descriptor);
        }

        if (result != 0)
        {
            throw new IOException($"The folder '{folder}' could not be synced to disk: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

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
