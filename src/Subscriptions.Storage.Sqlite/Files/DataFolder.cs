using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>
/// The folder that holds all data of one server, locked for this process. The lock belongs to an open file and so ends with the process,
/// however that ends.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string LockName = "server.lock";
    private const string HolderName = "server.pid";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        FullPath = path;
        _lock = @lock;
    }

    /// <summary>The folder's full path.</summary>
    public string FullPath { get; }

    /// <summary>Creates the folder where needed and locks it.</summary>
    /// <exception cref="StoreException">Another process has it open, or it cannot be written to; the message names it.</exception>
    public static DataFolder Open(string path)
    {
        var folder = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(folder);
            var file = Lock(folder);
            try
            {
                // Beside the lock, because the locked file itself cannot be read by others on every system.
                File.WriteAllText(Path.Combine(folder, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
                return new DataFolder(folder, file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToFault(folder, e);
        }
    }

    /// <summary>The full path of a folder inside, which is created where needed.</summary>
    public string Subfolder(string name)
    {
        var folder = Path.Combine(FullPath, name);
        try
        {
            if (Directory.Exists(folder)) return folder;

            Directory.CreateDirectory(folder);
            DirectorySync.Sync(FullPath);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToFault(folder, e);
        }
    }

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The fault behind an exception of the file system.</summary>
    internal static StoreException ToFault(string path, Exception e)
    {
        const int NoSpace = 28;
        const int ReadOnlyFileSystem = 30;
        const int QuotaExceeded = 122;
        const int WindowsDiskFull = unchecked((int)0x80070070);
        return e switch
        {
            UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem } => new StoreException(
                StoreFault.ReadOnly,
                $"'{path}' cannot be written to: {e.Message} Check the permissions, the owner and how the disk is mounted.", e),
            IOException { HResult: NoSpace or QuotaExceeded or WindowsDiskFull } => new StoreException(
                StoreFault.DiskFull, $"There is no space left for '{path}': {e.Message} Free some space and try again.", e),
            _ => new StoreException(StoreFault.Io, $"'{path}' could not be used: {e.Message} Check the path and the disk.", e),
        };
    }

    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw new StoreException(
                StoreFault.InUse,
                $"The data folder '{folder}' is in use by {Holder(folder)}. Stop that process, or give this one a data folder of its own.", e);
        }
    }

    private static bool IsSharingViolation(IOException e)
    {
        const int WindowsSharingViolation = unchecked((int)0x80070020);
        const int LinuxWouldBlock = 11;
        const int MacWouldBlock = 35;
        return e.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock;
    }

    private static string Holder(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, HolderName)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $"process {pid}" : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only a help: the folder is refused either way.
            return "another process";
        }
    }
}
