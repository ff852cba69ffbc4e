using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Programs;

/// <summary>A server of this program's own. Disposal kills it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string GrpcLine = "gRPC listening on ";
    private const string HttpLine = "HTTP listening on ";
    private const string AnyPort = "127.0.0.1:0";

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process, Uri grpc, Uri http)
    {
        _process = process;
        Grpc = grpc;
        Http = http;
        Client = new SubscriptionsClient(grpc);
    }

    /// <summary>Where it listens for gRPC.</summary>
    public Uri Grpc { get; }

    /// <summary>Where it listens for HTTP.</summary>
    public Uri Http { get; }

    /// <summary>Its client.</summary>
    public SubscriptionsClient Client { get; }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="program">The server's program.</param>
    /// <param name="folder">Its data.</param>
    /// <param name="before">A server whose ports it takes; null: it takes free ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">It could not be started, or ended.</exception>
    public static async Task<ServerProcess> StartAsync(string program, string folder, ServerProcess? before, CancellationToken cancellationToken)
    {
        string[] arguments =
            ["--data", folder, "--grpc", before?.Grpc.Authority ?? AnyPort, "--http", before?.Http.Authority ?? AnyPort, "--log-level", "Warning"];
        var (process, addresses) = await ListeningProcess.StartAsync(
            "the server", program, arguments, folder, [GrpcLine, HttpLine], cancellationToken);
        return new ServerProcess(process, addresses[0], addresses[1]);
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _process.DisposeAsync();
    }
}
