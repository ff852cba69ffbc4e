using System.Globalization;
using Subscriptions.Cli.Programs;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary>This program once more, as the other side of a ceiling. Disposal kills it.</summary>
internal sealed class TransportProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private TransportProcess(ChildProcess process, Uri address, Uri feeds)
    {
        _process = process;
        Address = address;
        Feeds = feeds;
    }

    /// <summary>Where it listens to workers.</summary>
    public Uri Address { get; }

    /// <summary>Where it has feeds.</summary>
    public Uri Feeds { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="size">How long a document's content is.</param>
    /// <param name="batches">How many batches each conversation has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TransportProcess> StartAsync(string folder, int size, int batches, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            TransportCommand.CommandName,
            TransportCommand.SizeOption, size.ToString(CultureInfo.InvariantCulture),
            TransportCommand.BatchesOption, batches.ToString(CultureInfo.InvariantCulture),
        ];
        var (process, addresses) = await ListeningProcess.StartAsync(
            "the process that stores nothing", BuiltProgram.Self, arguments, folder, [TransportCommand.Announcement, TransportCommand.FeedsAnnouncement],
            cancellationToken);
        return new TransportProcess(process, addresses[0], addresses[1]);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
