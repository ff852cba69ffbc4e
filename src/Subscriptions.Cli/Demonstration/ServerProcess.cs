using Subscriptions.Client;

namespace Subscriptions.Cli.Demonstration;

/// <summary>A server of the demonstration's own.</summary>
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
    public static async Task<ServerProcess> StartAsync(string program, string folder, ServerProcess? before, CancellationToken cancellationToken)
    {
        var grpc = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var http = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments =
            ["--data", folder, "--grpc", before?.Grpc.Authority ?? AnyPort, "--http", before?.Http.Authority ?? AnyPort, "--log-level", "Warning"];
        var process = ChildProcess.Start(program, arguments, folder, line =>
        {
            if (line.StartsWith(GrpcLine, StringComparison.Ordinal)) grpc.TrySetResult(new Uri(line[GrpcLine.Length..]));
            if (line.StartsWith(HttpLine, StringComparison.Ordinal)) http.TrySetResult(new Uri(line[HttpLine.Length..]));
        });
        try
        {
            var listening = Task.WhenAll(grpc.Task, http.Task);
            if (await Task.WhenAny(listening, process.WaitForExitAsync(cancellationToken)) != listening)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new DemoFailedException($"the server ended with exit code {process.ExitCode}: {string.Join(' ', process.Errors)}");
            }

            return new ServerProcess(process, await grpc.Task, await http.Task);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
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
