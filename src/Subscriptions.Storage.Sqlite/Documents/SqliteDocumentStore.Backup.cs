using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

internal sealed partial class SqliteDocumentStore
{
    /// <summary>Names a file that does not exist, in a folder that is emptied at the next start.</summary>
    internal Func<string>? TemporaryFile { get; set; }

    /// <inheritdoc />
    public async ValueTask<Stream> BackUpAsync(CancellationToken cancellationToken)
    {
        var path = TemporaryFile!();
        await _file.CopyAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        }
        catch (Exception e)
        {
            SqliteFile.Delete(path);
            if (e is IOException or UnauthorizedAccessException) throw DataFolder.ToFault(path, e);
            throw;
        }
    }
}
