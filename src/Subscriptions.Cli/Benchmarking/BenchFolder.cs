using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>A folder that is gone with all that is in it when it is disposed of.</summary>
internal sealed class BenchFolder : IDisposable
{
    private const string Prefix = "subs-bench-";

    private BenchFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parent">Where; an existing folder.</param>
    /// <exception cref="CommandFailedException">It cannot be made there.</exception>
    public static BenchFolder In(string parent)
    {
        var path = System.IO.Path.Combine(parent, $"{Prefix}{Random.Shared.NextInt64():x16}");
        try
        {
            if (!Directory.Exists(parent)) throw new DirectoryNotFoundException("there is no such folder");
            Directory.CreateDirectory(path);
            return new BenchFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"no data folder can be made in '{parent}': {e.Message}; name another one with --data", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
