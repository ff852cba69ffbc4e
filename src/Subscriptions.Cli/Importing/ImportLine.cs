namespace Subscriptions.Cli.Importing;

/// <summary>A line of the file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Its bytes without the line's end. The reader does not use them again.</param>
/// <param name="End">Where it ends, in bytes from the beginning of the file.</param>
internal readonly record struct ImportLine(long Number, ReadOnlyMemory<byte> Text, long End);
