namespace Subscriptions.TestKit;

/// <summary>A new, empty folder that is deleted with all it holds.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's full path.</summary>
    public string FullPath { get; } = Directory.CreateTempSubdirectory("subscriptions-").FullName;

    /// <summary>The full path of a file or folder inside.</summary>
    public string this[string name] => Path.Combine(FullPath, name);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
