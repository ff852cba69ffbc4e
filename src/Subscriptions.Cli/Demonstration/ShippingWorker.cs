using Subscriptions.Cli.Programs;

namespace Subscriptions.Cli.Demonstration;

/// <summary>A process of the OrderShipping sample.</summary>
internal sealed class ShippingWorker : IAsyncDisposable
{
    private const string TakenOver = "SubscriptionTakenOverException";

    private readonly ChildProcess _process;

    private ShippingWorker(string name, ChildProcess process, ShippingLog log)
    {
        Name = name;
        Log = log;
        _process = process;
    }

    /// <summary>How it calls itself.</summary>
    public string Name { get; }

    /// <summary>What it said.</summary>
    public ShippingLog Log { get; }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>What it exited with, once it has.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>True when the server told it that another worker has the subscription now.</summary>
    public bool WasTakenOver => _process.Errors.Any(line => line.Contains(TakenOver, StringComparison.Ordinal));

    /// <summary>Starts a worker.</summary>
    /// <param name="program">The sample's program.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="name">How it calls itself.</param>
    /// <param name="strategy">How it opens the subscription, as the sample's settings name it.</param>
    /// <param name="server">Where the server listens.</param>
    public static ShippingWorker Start(string program, string folder, string name, string strategy, Uri server)
    {
        var log = new ShippingLog();
        string[] arguments =
        [
            $"--Server:Address={server}",
            $"--Worker:Database={DemoStage.Database}",
            $"--Worker:Subscription={DemoStage.Subscription}",
            $"--Worker:WorkerName={name}",
            $"--Worker:Strategy={strategy}",
            $"--Worker:MaxDocs={DemoStage.MaxDocs}",
            "--Worker:MaxReconnectDelay=00:00:00.5",
            "--Shipping:PackingTime=00:00:00.05",
        ];
        return new ShippingWorker(name, ChildProcess.Start(program, arguments, folder, log.Add), log);
    }

    /// <summary>Waits until something holds of what it said.</summary>
    /// <exception cref="DemoFailedException">It ended before.</exception>
    public async Task WaitUntilAsync(Func<ShippingLog, bool> condition, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = Log.WaitUntilAsync(condition, either.Token);
        var ending = _process.WaitForExitAsync(either.Token);
        var first = await Task.WhenAny(waiting, ending);
        await either.CancelAsync();
        await first;
        if (first == ending && !condition(Log))
        {
            throw new DemoFailedException($"worker '{Name}' ended with exit code {ExitCode}: {string.Join(' ', _process.Errors)}");
        }
    }

    /// <summary>Waits until it has ended.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
