namespace Subscriptions.CrashDriver;

/// <summary>
/// What the process tells its parent, on standard output. A line is handed to the operating system before the call returns, so that it
/// survives the process. Thread-safe.
/// </summary>
public sealed class CrashJournal
{
    /// <summary>The line that says that the stores are open.</summary>
    public const string Ready = "ready";

    /// <summary>The beginning of a line that says that a store failed: its fault and its message follow.</summary>
    public const string Fault = "fault";

    private readonly Lock _gate = new();

    /// <summary>Writes a line.</summary>
    public void Write(string line)
    {
        lock (_gate) Console.Out.WriteLine(line);
    }
}
