using System.Runtime.InteropServices;

namespace Subscriptions.CrashDriver;

/// <summary>
/// Keeps this process from making any file longer: writes fail in the middle, as on a disk that is full or broken. Linux only.
/// </summary>
internal sealed class FileSizeLimit : IDisposable
{
    private const int FileSizeResource = 1;
    private const int FileSizeSignal = 25;
    private static readonly IntPtr Ignore = 1;

    private readonly Limit _before;

    /// <summary>Sets the limit until this is disposed.</summary>
    public FileSizeLimit(long bytes)
    {
        // Without this the signal that comes with the failing write ends the process.
        _ = NativeMethods.signal(FileSizeSignal, Ignore);
        Check(NativeMethods.getrlimit(FileSizeResource, out _before));
        Set(_before with { Current = (ulong)bytes });
    }

    public void Dispose() => Set(_before);

    private static void Set(Limit limit) => Check(NativeMethods.setrlimit(FileSizeResource, in limit));

    private static void Check(int result)
    {
        if (result != 0) throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Current, ulong Maximum);

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int getrlimit(int resource, out Limit limit);

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int setrlimit(int resource, in Limit limit);

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern IntPtr signal(int number, IntPtr handler);
    }
}
