using Spectre.Console;
using Spectre.Console.Rendering;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Importing;

/// <summary>The progress of an import in a terminal: a bar over the file's bytes, documents and their rate.</summary>
internal sealed class ImportProgressBar
{
    private readonly ProgressTask _task;
    private readonly Figures _figures;

    private ImportProgressBar(ProgressTask task, Figures figures)
    {
        _task = task;
        _figures = figures;
    }

    /// <summary>Shows a bar while work is under way.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="title">What is imported.</param>
    /// <param name="totalBytes">How long it is; null: nobody knows.</param>
    /// <param name="work">The work.</param>
    public static Task RunAsync(IAnsiConsole console, string title, long? totalBytes, Func<ImportProgressBar, Task> work)
    {
        var figures = new Figures();
        ProgressColumn[] columns = totalBytes is null
            ? [new SpinnerColumn(), new TaskDescriptionColumn(), figures]
            : [new TaskDescriptionColumn(), new ProgressBarColumn { Width = 30 }, new PercentageColumn(), figures];
        return console.Progress().Columns(columns).StartAsync(context =>
        {
            var task = context.AddTask(Markup.Escape(Readable.Text(title)), maxValue: Math.Max(1, totalBytes ?? 1));
            task.IsIndeterminate = totalBytes is null;
            return work(new ImportProgressBar(task, figures));
        });
    }

    /// <summary>Moves the bar.</summary>
    public void Show(in ImportProgress progress)
    {
        _figures.Text = $"{Readable.Count(progress.Documents, "document")}, {Readable.Number(progress.Rate)}/s";
        if (!_task.IsIndeterminate) _task.Value = progress.Bytes;
    }

    private sealed class Figures : ProgressColumn
    {
        private volatile string _text = string.Empty;

        public string Text
        {
            set => _text = value;
        }

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(_text);
    }
}
