using System.Runtime.InteropServices;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>How long the calling thread has been running: on a busy machine far less than the time that has passed.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>The thread's time since some instant; where the system does not tell, the time that has passed.</summary>
    public static TimeSpan Elapsed() => OperatingSystem.IsLinux() && GetTime(ThreadClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
        : TimeSpan.FromMilliseconds(Environment.TickCount64);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
