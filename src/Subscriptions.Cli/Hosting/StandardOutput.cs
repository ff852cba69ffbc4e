using Microsoft.Win32.SafeHandles;

namespace Subscriptions.Cli.Hosting;

/// <summary>The process's standard output.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;
    private const int BrokenPipe = 32;

    /// <summary>
    /// A stream that fails when nobody reads any more. The console's own stream swallows that, and a worker would go on to ack what nobody
    /// has seen. Files and terminals keep the console's stream: a <see cref="FileStream"/> would write at positions of its own, over
    /// what other processes write to the same file.
    /// </summary>
    public static Stream Open() =>
        !OperatingSystem.IsWindows() && Console.IsOutputRedirected && OpenPipe() is { } pipe ? pipe : Console.OpenStandardOutput();

    /// <summary>True when the reader of the output has left.</summary>
    public static bool IsClosed(IOException exception) => !OperatingSystem.IsWindows() && exception.HResult == BrokenPipe;

    private static FileStream? OpenPipe()
    {
        try
        {
            var stream = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!stream.CanSeek) return stream;
            stream.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Closed, or of a kind that a FileStream does not take.
            return null;
        }
    }
}
