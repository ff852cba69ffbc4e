using System.Security.Cryptography;
using System.Text;
using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>Which server a data folder belongs to: 32 hex digits, drawn once.</summary>
public static class ServerIdentity
{
    private const string FileName = "server.uuid";
    private const int Digits = 32;

    /// <summary>A fresh identity.</summary>
    public static string Draw() => RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>The folder's identity; a new one is durable on return.</summary>
    /// <exception cref="StoreException">The file cannot be read or written, or does not hold an identity; the message names it.</exception>
    public static string ReadOrCreate(DataFolder folder)
    {
        var path = Path.Combine(folder.FullPath, FileName);
        try
        {
            return File.Exists(path) ? Read(path) : Create(folder.FullPath, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.ToFault(path, e);
        }
    }

    private static string Read(string path)
    {
        var text = File.ReadAllText(path, Encoding.ASCII).Trim();
        if (text.Length == Digits && text.All(char.IsAsciiHexDigit)) return text;
        throw new StoreException(
            StoreFault.Corrupt,
            $"'{path}' does not hold {Digits} hex digits. Put it back from the backup; or delete it, and those who replicate from this server start again.");
    }

    // Under its name it is whole, whenever the power fails.
    private static string Create(string folder, string path)
    {
        var identity = Draw();
        var unfinished = path + ".tmp";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.ASCII.GetBytes(identity + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        DirectorySync.Sync(folder);
        return identity;
    }
}
