using Spectre.Console;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Databases;

/// <summary>Shows in a terminal how far a backup has come.</summary>
internal static class TransferBar
{
    /// <summary>Does the work, with a bar where somebody can see it.</summary>
    public static async Task<T> RunAsync<T>(Invocation run, string title, Func<IProgress<TransferProgress>?, Task<T>> work)
    {
        var terminal = run.Host.Terminal;
        if (run.Print.IsJson || !terminal.Traits.IsErrorTerminal) return await work(null);

        ProgressColumn[] columns = [new TaskDescriptionColumn(), new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new TransferSpeedColumn()];
        return await terminal.Notices.Progress().Columns(columns).StartAsync(async context =>
        {
            var task = context.AddTask(Markup.Escape(Readable.Text(title)));
            task.IsIndeterminate = true;
            return await work(new Bar(task));
        });
    }

    // Reports at once, and not by way of a synchronization context.
    private sealed class Bar(ProgressTask task) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.TotalBytes is not { } total) return;
            task.IsIndeterminate = false;
            task.MaxValue = Math.Max(1, total);
            task.Value = value.Bytes;
        }
    }
}
