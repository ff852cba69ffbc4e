using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Programs;

/// <summary>Starts programs that serve others, and learns from their output where.</summary>
internal static class ListeningProcess
{
    /// <summary>Starts a program and waits until it has announced all its addresses.</summary>
    /// <param name="name">What it is to people.</param>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="announcements">What stands before an address on a line of its output, one for each address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The process, and the addresses in the order of the announcements.</returns>
    /// <exception cref="CommandFailedException">It could not be started, or ended; the message has what it said.</exception>
    public static async Task<(ChildProcess Process, Uri[] Addresses)> StartAsync(
        string name, string program, IEnumerable<string> arguments, string folder, string[] announcements, CancellationToken cancellationToken)
    {
        var announced = announcements.ToDictionary(
            announcement => announcement, _ => new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously));
        var process = ChildProcess.Start(program, arguments, folder, line =>
        {
            foreach (var (announcement, address) in announced)
            {
                if (line.StartsWith(announcement, StringComparison.Ordinal)) address.TrySetResult(new Uri(line[announcement.Length..]));
            }
        });
        try
        {
            var listening = Task.WhenAll(announcements.Select(announcement => announced[announcement].Task));
            if (await Task.WhenAny(listening, process.WaitForExitAsync(cancellationToken)) != listening)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new CommandFailedException($"{name} ended with exit code {process.ExitCode}: {string.Join(' ', process.Errors)}");
            }

            return (process, await listening);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
