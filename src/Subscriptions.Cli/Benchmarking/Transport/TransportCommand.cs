using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary><c>subs bench-transport</c>: the other side of a ceiling, in a process of its own. Hidden: <c>subs bench</c> starts it.</summary>
internal sealed class TransportCommand : CliCommand
{
    public const string CommandName = "bench-transport";
    public const string SizeOption = "--size";
    public const string BatchesOption = "--batches";

    /// <summary>What stands before the address of <see cref="TransportServer"/> on the line that tells it.</summary>
    public const string Announcement = "gRPC listening on ";

    /// <summary>What stands before the address of <see cref="BareFeeds"/>.</summary>
    public const string FeedsAnnouncement = "feeds listening on ";

    private readonly Option<int> _size = new Option<int>(SizeOption)
    {
        Description = "How long a document's content is, in bytes.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => BenchSettings.UsualSize,
    }.Between(BenchSettings.LeastSize, BenchSettings.MostSize);

    private readonly Option<int> _batches = new Option<int>(BatchesOption)
    {
        Description = "How many batches each conversation has.",
        HelpName = "N",
        DefaultValueFactory = _ => 1_000,
    }.Between(1, int.MaxValue);

    public TransportCommand()
        : base(
            CommandName,
            "Sends workers prepared batches, and listeners a prepared row, and stores nothing, until it is ended. 'subs bench' measures ceilings against it.",
            "subs bench-transport --batches 10000")
    {
        Hidden = true;
        Options.Add(_size);
        Options.Add(_batches);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        await using var server = await TransportServer.StartAsync(
            new PreparedBatches(new SampleDocuments(run.Value(_size)), run.Value(_batches)), cancellationToken);
        await using var feeds = new BareFeeds();
        run.Host.Terminal.Output.WriteLine(Announcement + server.Address);
        run.Host.Terminal.Output.WriteLine(FeedsAnnouncement + feeds.Address);
        await run.Print.FlushAsync();
        await server.WaitForShutdownAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
