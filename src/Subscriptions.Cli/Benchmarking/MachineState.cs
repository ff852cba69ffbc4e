using System.Globalization;
using System.Runtime.InteropServices;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>What a run was made on.</summary>
/// <param name="Processors">How many processors this process may use.</param>
/// <param name="LoadBefore">The load average of the minute before; null where nobody tells.</param>
/// <param name="LoadAfter">The load average of the last minute of the run, the run itself included.</param>
/// <param name="Runtime">What ran it, such as ".NET 10.0.1".</param>
/// <param name="SyncMs">How long this disk takes to make a small append durable, in milliseconds; null when it was not asked.</param>
internal sealed record MachineState(int Processors, double? LoadBefore, double? LoadAfter, string Runtime, double? SyncMs)
{
    private const string LoadFile = "/proc/loadavg";
    private const int Syncs = 100;

    /// <summary>Looks at this machine before a run.</summary>
    /// <param name="folder">Where the data will be; null: on another machine, most likely.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static MachineState Before(string? folder, TimeProvider time, CancellationToken cancellationToken)
    {
        double? sync = folder is null ? null : Spread.Percentile(DiskSync.Measure(folder, Syncs, time, cancellationToken), 0.5);
        return new MachineState(Environment.ProcessorCount, Load(), null, RuntimeInformation.FrameworkDescription, sync);
    }

    /// <summary>The same, after the run.</summary>
    public MachineState After() => this with { LoadAfter = Load() };

    /// <summary>The load average of the last minute; null where nobody tells.</summary>
    public static double? Load()
    {
        if (!File.Exists(LoadFile)) return null;
        var first = File.ReadAllText(LoadFile).Split(' ')[0];
        return double.TryParse(first, CultureInfo.InvariantCulture, out var load) ? load : null;
    }

    /// <summary>In a line.</summary>
    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return Output.Readable.Count(Processors, "processor");
        if (LoadBefore is { } before) yield return string.Create(CultureInfo.InvariantCulture, $"load {before:0.00} before and {LoadAfter:0.00} after the run");
        yield return Runtime;
        if (SyncMs is { } sync) yield return $"the disk syncs an append of {DiskSync.Bytes} bytes in {Report.BenchRows.Milliseconds(sync)}";
    }
}
