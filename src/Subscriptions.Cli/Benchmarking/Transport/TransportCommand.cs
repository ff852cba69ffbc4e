using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary><c>subs bench-transport</c>: the other side of a ceiling, in a process of its own. Hidden: <c>subs bench</c> starts it.</summary>
internal sealed class TransportCommand : CliCommand
{
    public const string CommandName = "bench-transport";
    public const string SizeOption = "--size";
    public const string BatchesOption = "--batches";

    /// <summary>What stands before the address on the line that tells where it listens.</summary>
    public const string Announcement = "gRPC listening on ";

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
            "Sends every worker prepared batches and stores nothing, until it is ended. 'subs bench' measures ceilings against it.",
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
        run.Host.Terminal.Output.WriteLine(Announcement + server.Address);
        await run.Print.FlushAsync();
        await server.WaitForShutdownAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
