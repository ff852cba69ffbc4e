namespace Subscriptions.Cli.Importing;

/// <summary>How far an import has come. All that it counts is durable on the server.</summary>
/// <param name="UpToLine">The last line that was imported, and all before it; 0: none.</param>
/// <param name="Documents">Documents that were written in this run.</param>
/// <param name="Bytes">What was read for them, in bytes from the beginning of the file.</param>
/// <param name="Elapsed">Since the run began.</param>
internal readonly record struct ImportProgress(long UpToLine, long Documents, long Bytes, TimeSpan Elapsed)
{
    /// <summary>Documents a second, since the run began.</summary>
    public long Rate => Elapsed > TimeSpan.Zero ? (long)(Documents / Elapsed.TotalSeconds) : 0;
}
