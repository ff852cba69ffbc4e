using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Importing;

/// <summary>Passes progress on to a progress bar, to programs and to the checkpoint, as often as each of them needs it.</summary>
internal sealed class ImportMonitor(Printer print, ImportCheckpoint? checkpoint, ImportProgressBar? bar) : IImportObserver
{
    private static readonly TimeSpan BarPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RecordPeriod = TimeSpan.FromSeconds(1);

    private TimeSpan _barAt;
    private TimeSpan _recordAt = RecordPeriod;

    /// <inheritdoc/>
    public void OnProgress(in ImportProgress progress)
    {
        if (progress.Elapsed >= _barAt)
        {
            _barAt = progress.Elapsed + BarPeriod;
            bar?.Show(progress);
        }

        if (progress.Elapsed >= _recordAt)
        {
            _recordAt = progress.Elapsed + RecordPeriod;
            Record(progress);
        }
    }

    /// <summary>The import has come to its end, or was ended.</summary>
    public void OnStopped(in ImportProgress progress)
    {
        bar?.Show(progress);
        checkpoint?.Write(progress.UpToLine);
    }

    private void Record(ImportProgress progress)
    {
        checkpoint?.Write(progress.UpToLine);
        if (!print.IsJson) return;
        print.Event(string.Empty, "progress", json =>
        {
            json.WriteNumber("upToLine", progress.UpToLine);
            json.WriteNumber("documents", progress.Documents);
            json.WriteNumber("bytes", progress.Bytes);
        });
    }
}
