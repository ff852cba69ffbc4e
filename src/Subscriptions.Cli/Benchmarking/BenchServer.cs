using Grpc.Net.Client;
using Subscriptions.Cli.Programs;
using Subscriptions.Client;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>The server that a scenario measures: one of its own on a fresh folder, or one that was named. Disposal leaves nothing behind.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly ServerProcess? _own;
    private readonly BenchFolder? _folder;
    private readonly HashSet<string> _databases = [];

    private BenchServer(Uri address, SubscriptionsClient client, ServerProcess? own, BenchFolder? folder)
    {
        Address = address;
        Client = client;
        _own = own;
        _folder = folder;
        Channel = BenchChannel.Open(address);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Where it serves HTTP, when that is known.</summary>
    public Uri? Http => _own?.Http;

    /// <summary>For all that is not measured.</summary>
    public SubscriptionsClient Client { get; }

    /// <summary>For what is measured.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>The process, when it is on this machine and known.</summary>
    public ProcessProbe? Process => _own is null ? null : new ProcessProbe(_own.Id);

    /// <summary>A server that runs already.</summary>
    public static BenchServer Named(Uri address, SubscriptionsClient client) => new(address, client, null, null);

    /// <summary>Starts one.</summary>
    /// <param name="program">Its program.</param>
    /// <param name="parent">The folder in which its data folder is made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<BenchServer> StartAsync(string program, string parent, CancellationToken cancellationToken)
    {
        var folder = BenchFolder.In(parent);
        try
        {
            var process = await ServerProcess.StartAsync(program, folder.Path, null, cancellationToken);
            return new BenchServer(process.Grpc, process.Client, process, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Creates a database whose name nobody else has.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken, int partitions = 1)
    {
        var name = $"bench-{Random.Shared.NextInt64():x16}";
        _databases.Add(name);
        await Client.Databases.CreateAsync(name, partitions, cancellationToken: cancellationToken);
        return name;
    }

    /// <summary>Drops one of its databases.</summary>
    public async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await Client.Databases.DropAsync(name, cancellationToken);
        _databases.Remove(name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            Channel.Dispose();
            if (_own is null) await DropAllAsync();
        }
        finally
        {
            if (_own is not null) await _own.DisposeAsync();
            _folder?.Dispose();
        }
    }

    // Also after an interruption: the server is somebody's, and keeps running.
    private async Task DropAllAsync()
    {
        foreach (var name in _databases.ToList())
        {
            try
            {
                await DropDatabaseAsync(name, CancellationToken.None);
            }
            catch (DatabaseNotFoundException)
            {
                // The creation did not get through.
                _databases.Remove(name);
            }
        }
    }
}
