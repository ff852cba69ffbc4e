using System.ComponentModel;
using System.Globalization;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working.Execution;

/// <summary>
/// Runs a shell command for each item: the document on its standard input, the rest in its environment, and its exit code says whether the
/// item is dealt with.
/// </summary>
/// <param name="command">What <c>sh -c</c> takes.</param>
/// <param name="timeLimit">How long it may take for an item; null: as long as it wants.</param>
/// <param name="settings">What else its environment has.</param>
/// <param name="time">The clock.</param>
internal sealed class ItemCommand(
    string command, TimeSpan? timeLimit, IReadOnlyDictionary<string, string?> settings, TimeProvider time)
{
    // What shells end with when there is no such program, or it cannot be run: the command is wrong, not the item.
    private const int CannotRun = 126;
    private const int NotFound = 127;

    /// <summary>How long a command that was asked to end may take, and what it left behind in the background may keep its output open.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Runs the command for an item. It has ended, with all that it started, when this returns or throws.</summary>
    /// <param name="batch">The item's batch.</param>
    /// <param name="item">The item.</param>
    /// <param name="onLine">Called with the lines that the command writes, from any thread.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="CommandFailedException">The command cannot be run at all; the item is not to blame.</exception>
    public async Task<ItemVerdict> RunAsync(
        SubscriptionBatch batch, SubscriptionItem item, Action<string> onLine, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ItemEnvironment.Obstacle(item) is { } obstacle) return new ItemVerdict(obstacle, null);

        using var group = Start(batch, item);
        var errors = new OutputLines(onLine);
        var pipes = Task.WhenAll(
            FeedAsync(group.Process.StandardInput.BaseStream, item.Content),
            new OutputLines(onLine).ReadAsync(group.Process.StandardOutput),
            errors.ReadAsync(group.Process.StandardError));

        var isInTime = await WaitForExitAsync(group, cancellationToken);
        await ClosePipesAsync(group, pipes);
        cancellationToken.ThrowIfCancellationRequested();
        if (!isInTime) return new ItemVerdict($"did not end within {DurationText.Write(timeLimit!.Value)}", null);

        var exitCode = group.Process.ExitCode;
        if (exitCode == 0) return ItemVerdict.Done;
        var last = errors.Last.Length > 0 ? errors.Last : string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}");
        return exitCode is CannotRun or NotFound
            ? throw new CommandFailedException($"the command '{command}' cannot be run: {last}; '{item.Id}' was not nacked")
            : new ItemVerdict(last, exitCode);
    }

    private ProcessGroup Start(SubscriptionBatch batch, SubscriptionItem item)
    {
        try
        {
            return ProcessGroup.Start(command, [.. settings, .. ItemEnvironment.Of(batch, item)]);
        }
        catch (Win32Exception e)
        {
            throw new CommandFailedException($"the command '{command}' cannot be run: {e.Message}", e);
        }
    }

    // False when it took too long. Cancelled or not, the command has ended.
    private async Task<bool> WaitForExitAsync(ProcessGroup group, CancellationToken cancellationToken)
    {
        using var late = timeLimit is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        if (await HasExitedAsync(group, either.Token)) return true;

        group.AskToEnd();
        using var grace = new CancellationTokenSource(Grace, time);
        await HasExitedAsync(group, grace.Token);

        // Whatever it started is to end too, whether it did or not.
        group.End();
        await group.Process.WaitForExitAsync(CancellationToken.None);
        return false;
    }

    private static async Task<bool> HasExitedAsync(ProcessGroup group, CancellationToken cancellationToken)
    {
        try
        {
            await group.Process.WaitForExitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // The pipes stay open while anything that the command left in the background has them, which would hold up the next item.
    private async Task ClosePipesAsync(ProcessGroup group, Task pipes)
    {
        if (await AreClosedAsync(pipes)) return;
        group.End();

        // What has left the command's session as well is none of it any more; nobody listens to it.
        await AreClosedAsync(pipes);
    }

    private async Task<bool> AreClosedAsync(Task pipes)
    {
        try
        {
            await pipes.WaitAsync(Grace, time, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task FeedAsync(Stream input, ReadOnlyMemory<byte> content)
    {
        try
        {
            await using (input)
            {
                await input.WriteAsync(content, CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // It does not read its input, or not to the end, which is its own affair.
            return;
        }
    }
}
