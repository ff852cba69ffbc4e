using System.Globalization;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Importing;

/// <summary>One import: runs it, and says at its end, whatever that is, up to which line the file was imported.</summary>
internal sealed class ImportJob(ImportTarget target, Printer print, ImportSource source, ImportCheckpoint? checkpoint)
{
    // How long an interrupted import waits for the answers that tell how far it has come.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private ImportProgress _stoppedAt;

    /// <summary>Imports; when it returns, all documents are durable.</summary>
    /// <param name="fromLine">The first line to import.</param>
    /// <param name="cancellationToken">Ends it after the lines that are under way.</param>
    public async Task<ImportProgress> RunAsync(long fromLine, CancellationToken cancellationToken)
    {
        await using var writer = target.Client.Documents.OpenBulkWriter(target.Database);
        try
        {
            if (!print.HasProgress) await RunAsync(writer, null, fromLine, cancellationToken);
            else await RunWithBarAsync(bar => RunAsync(writer, bar, fromLine, cancellationToken));
            return _stoppedAt;
        }
        catch (OperationCanceledException)
        {
            // Not before the bar has left the terminal.
            TellInterrupted(_stoppedAt);
            throw;
        }
    }

    private Task RunWithBarAsync(Func<ImportProgressBar, Task> work) =>
        ImportProgressBar.RunAsync(target.Host.Terminal.Notices, source.Name, source.Length, work);

    private async Task RunAsync(BulkWriter writer, ImportProgressBar? bar, long fromLine, CancellationToken cancellationToken)
    {
        var monitor = new ImportMonitor(print, checkpoint, bar);
        var importer = new Importer(writer, monitor, target.Host.Time);
        try
        {
            await importer.RunAsync(new LineReader(source.Stream), fromLine, cancellationToken);
        }
        catch (BadLineException e)
        {
            throw Failed(string.Create(CultureInfo.InvariantCulture, $"{source.Name}:{e.Line}: {e.Message}"), importer.Progress, e.Line, null);
        }
        catch (SubscriptionsException e)
        {
            throw Failed(Failure.Describe(e, target.Client.Address), importer.Progress, null, e);
        }
        catch (OperationCanceledException)
        {
            await SettleAsync(writer);
            throw;
        }
        finally
        {
            _stoppedAt = importer.Progress;
            monitor.OnStopped(_stoppedAt);
        }
    }

    private static async Task SettleAsync(BulkWriter writer)
    {
        using var limit = new CancellationTokenSource(Grace);
        try
        {
            await writer.FlushAsync(limit.Token);
        }
        catch (Exception e) when (e is SubscriptionsException or OperationCanceledException)
        {
            // What was answered counts; the rest is imported again.
            return;
        }
    }

    private void TellInterrupted(ImportProgress progress) =>
        print.Event($"interrupted; {Standing(progress)}", "interrupted", json => json.WriteNumber("upToLine", progress.UpToLine));

    private static CommandFailedException Failed(string message, ImportProgress progress, long? line, Exception? inner)
    {
        var metadata = new Dictionary<string, string> { ["upToLine"] = progress.UpToLine.ToString(CultureInfo.InvariantCulture) };
        if (line is { } bad) metadata["line"] = bad.ToString(CultureInfo.InvariantCulture);
        return new CommandFailedException($"{message.TrimEnd('.')}; {Standing(progress)}", inner) { Metadata = metadata };
    }

    private static string Standing(ImportProgress progress) => progress.UpToLine == 0
        ? "nothing is known to be imported"
        : $"lines up to {Readable.Number(progress.UpToLine)} are imported, go on with --from-line "
            + (progress.UpToLine + 1).ToString(CultureInfo.InvariantCulture);
}
