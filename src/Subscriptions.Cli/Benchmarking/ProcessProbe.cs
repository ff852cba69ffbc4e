using System.Diagnostics;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Looks at a process of this machine.</summary>
/// <param name="id">The process.</param>
internal sealed class ProcessProbe(int id)
{
    private const double Megabyte = 1_000_000;

    /// <summary>What of its memory is in use, in MB.</summary>
    /// <exception cref="ArgumentException">It runs no more.</exception>
    public double ResidentMegabytes()
    {
        using var process = Process.GetProcessById(id);
        return process.WorkingSet64 / Megabyte;
    }

    /// <summary>How long it has had a processor, all its threads together.</summary>
    /// <exception cref="ArgumentException">It runs no more.</exception>
    public TimeSpan ProcessorTime()
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }
}
