using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Importing;

/// <summary>What is imported: a file, or standard input.</summary>
/// <param name="Name">As the user wrote it; for messages.</param>
/// <param name="Identity">The same file under whatever name; for checkpoints.</param>
/// <param name="Stream">Its bytes.</param>
/// <param name="Length">How many they are; null: nobody knows.</param>
internal sealed record ImportSource(string Name, string Identity, Stream Stream, long? Length) : IAsyncDisposable
{
    /// <summary>How standard input is written on the command line.</summary>
    public const string StandardInput = "-";

    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static ImportSource Open(string file, Terminal terminal)
    {
        if (file == StandardInput) return new ImportSource("standard input", StandardInput, terminal.Input, null);
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            return new ImportSource(file, Path.GetFullPath(file), stream, stream.CanSeek ? stream.Length : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailedException($"'{file}' cannot be read: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
