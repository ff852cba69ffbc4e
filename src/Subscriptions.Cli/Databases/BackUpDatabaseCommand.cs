using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db backup</c>. What has the file's name is always a whole backup: it gets that name when all of it is on the disk.</summary>
internal sealed class BackUpDatabaseCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The database." };
    private readonly Argument<string> _file = new("FILE") { Description = "Where the backup goes. A file of that name is replaced when the backup is complete." };

    public BackUpDatabaseCommand()
        : base(
            "backup",
            "Copies a database to a file as it is at one moment, while it goes on to be read and written. Subscriptions stay with the server.",
            "subs db backup shop shop.backup")
    {
        Arguments.Add(_name);
        Arguments.Add(_file);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var (name, file) = (run.Value(_name), run.Value(_file));
        var part = file + ".part";
        var isBegun = false;
        long bytes;
        try
        {
            bytes = await TransferBar.RunAsync(run, name, async progress =>
            {
                await using var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
                isBegun = true;
                var written = await run.Client.Databases.BackUpAsync(name, stream, progress, cancellationToken);
                stream.Flush(flushToDisk: true);
                return written;
            });
            File.Move(part, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // One that another process is writing is that one's.
            if (isBegun) File.Delete(part);
            throw new CommandFailedException($"'{file}' cannot be written: {e.Message}");
        }
        catch
        {
            if (isBegun) File.Delete(part);
            throw;
        }

        run.Print.Done($"database '{name}' backed up to '{file}' ({Readable.Bytes(bytes)})", json =>
        {
            json.WriteString("name", name);
            json.WriteString("file", Path.GetFullPath(file));
            json.WriteNumber("bytes", bytes);
        });
    }
}
