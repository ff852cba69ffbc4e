using System.Globalization;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>What the machine is, and what else it is doing.</summary>
internal static class MachineState
{
    private const string LoadFile = "/proc/loadavg";

    /// <summary>How many processors this process may use.</summary>
    public static int Processors => Environment.ProcessorCount;

    /// <summary>The load average of the last minute; null where nobody tells.</summary>
    public static double? Load()
    {
        if (!File.Exists(LoadFile)) return null;
        var first = File.ReadAllText(LoadFile).Split(' ')[0];
        return double.TryParse(first, CultureInfo.InvariantCulture, out var load) ? load : null;
    }
}
