using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Programs;

namespace Subscriptions.Cli.Demonstration;

/// <summary>What the steps of the demonstration leave to each other. Disposal ends all processes and removes all data.</summary>
internal sealed class DemoStage(DemoFiles files, CliHost host, DemoNarrator narrator) : IAsyncDisposable
{
    public const string Database = "shop";
    public const string Subscription = "order-shipping";
    public const string Company = "companies/11";
    public const string Query = $"from Orders where Company = '{Company}'";

    /// <summary>Small, so that there are many batches and acks to be interrupted between.</summary>
    public const int MaxDocs = 3;

    private readonly List<IAsyncDisposable> _processes = [];

    /// <summary>What is run and imported.</summary>
    public DemoFiles Files { get; } = files;

    /// <summary>The world outside.</summary>
    public CliHost Host { get; } = host;

    /// <summary>Tells what happens.</summary>
    public DemoNarrator Narrator { get; } = narrator;

    /// <summary>The server's data.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("subs-demo-").FullName;

    /// <summary>The server that runs, or ran last.</summary>
    public ServerProcess Server { get; private set; } = null!;

    /// <summary>The worker that the server is killed under.</summary>
    public ShippingWorker First { get; private set; } = null!;

    /// <summary>The worker that takes over.</summary>
    public ShippingWorker Second { get; private set; } = null!;

    /// <summary>The orders that match, counted from the file.</summary>
    public IReadOnlySet<string> Expected { get; set; } = new HashSet<string>();

    /// <summary>What the check found.</summary>
    public ShippingVerdict? Verdict { get; set; }

    /// <summary>Starts the server; again, on the ports that it had.</summary>
    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        Server = await ServerProcess.StartAsync(Files.Server, Folder, Server, cancellationToken);
        _processes.Add(Server);
    }

    /// <summary>Starts the first worker.</summary>
    public void StartFirst() => First = StartWorker("first", "Fail");

    /// <summary>Starts the worker that takes over.</summary>
    public void StartSecond() => Second = StartWorker("second", "TakeOver");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var process in Enumerable.Reverse(_processes)) await process.DisposeAsync();
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private ShippingWorker StartWorker(string name, string strategy)
    {
        var worker = ShippingWorker.Start(Files.Worker, Folder, name, strategy, Server.Grpc);
        _processes.Add(worker);
        return worker;
    }
}
