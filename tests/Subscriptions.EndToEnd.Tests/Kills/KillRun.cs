using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>One test's server, which is killed and started again, and who works on it meanwhile.</summary>
internal sealed class KillRun : IAsyncDisposable
{
    /// <summary>The database.</summary>
    public const string Database = "shop";

    /// <summary>The subscription.</summary>
    public const string Subscription = "ship";

    private const int MaxAhead = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess _server;
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
    private readonly List<Task> _running = [];
    private readonly int _seed;

    private KillRun(int seed, bool isShared)
    {
        _seed = seed;
        _server = new ServerProcess(_folder["data"]);
        Random = new Random(seed);
        Ledger = new WorkLedger(isShared);
    }

    /// <summary>The test's choices; each who works has an own one.</summary>
    public Random Random { get; }

    /// <summary>The books.</summary>
    public WorkLedger Ledger { get; }

    public SubscriptionsClient Client { get; private set; } = null!;

    /// <summary>Writes orders.</summary>
    public OrderWriter Writer { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the server, with a database of three partitions and a subscription to its orders.</summary>
    /// <param name="policy">The subscription's retry policy.</param>
    /// <param name="isShared">Workers share it.</param>
    /// <param name="repeats">Orders are written again, those that were not answered too.</param>
    public static async Task<KillRun> StartAsync(RetryPolicy policy, bool isShared = false, bool repeats = true)
    {
        var run = new KillRun(KillSettings.Seed(), isShared);
        await run._server.StartAsync();
        run.Client = new SubscriptionsClient(run._server.Address);
        run.Writer = new OrderWriter(run.Client, Database, new Random(run._seed - 1)) { Repeats = repeats };
        await run.Client.Databases.CreateAsync(Database, partitionCount: 3, cancellationToken: Cancellation);
        await run.Client.Subscriptions.CreateAsync(
            Database, new SubscriptionDefinition(Subscription, "from Orders") { RetryPolicy = policy }, cancellationToken: Cancellation);
        return run;
    }

    /// <summary>Somebody writes orders from now on, and never gets far ahead of the workers.</summary>
    public void StartWriting() => Start(stop => Writer.RunAsync(() => Writer.Confirmed.Count > Ledger.Documents + MaxAhead, stop));

    /// <summary>Somebody does something until <see cref="StopAsync"/>.</summary>
    public void Start(Func<CancellationToken, Task> work) => _running.Add(work(_stop.Token));

    /// <summary>Workers work until <see cref="StopAsync"/>.</summary>
    public void StartWorkers(int count, OpeningStrategy strategy, int failsOneOf, int leavesAtOneOf)
    {
        for (var i = 0; i < count; i++)
        {
            var random = new Random(_seed - 2 - i);
            var options = new SubscriptionWorkerOptions(Database, Subscription)
            {
                Strategy = strategy,
                WorkerName = $"worker-{i}",
                MaxDocs = random.Next(5, 25),
                Window = random.Next(1, 4),
            };
            var worker = new UnsteadyWorker(Client, Ledger, options, random)
            {
                FailsOneOf = failsOneOf,
                LeavesAtOneOf = leavesAtOneOf,

                // One is fast, and the others are not: what is acked is not in the order of the log.
                TakesUpTo = i * 15,
            };
            Start(worker.RunAsync);
        }
    }

    /// <summary>Lets so many more items be delivered, and a moment pass.</summary>
    public async Task WorkAsync(int items)
    {
        var goal = Ledger.Deliveries + items;
        await UntilAsync(() => Ledger.Deliveries >= goal);
        await Task.Delay(TimeSpan.FromMicroseconds(Random.Next(5_000)), TimeProvider.System, Cancellation);
    }

    /// <summary>Kills the server, starts it again and looks at what it has stored.</summary>
    public async Task KillAsync()
    {
        await _server.KillAsync();
        Ledger.Note("The server was killed.");
        Ledger.Tokens.Killed();
        await _server.StartAsync();
        Ledger.Note("The server is there again.");
        Ledger.Tokens.Restarted((await RetryAsync(() => Client.Subscriptions.GetAsync(Database, Subscription, Cancellation))).FencingToken);
    }

    /// <summary>Ends all who were started.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).Within(Patience);
    }

    /// <summary>A worker works all off that is left.</summary>
    /// <param name="failsAll">It fails everything, until that is given up.</param>
    public async Task DrainAsync(bool failsAll = false)
    {
        var options = new SubscriptionWorkerOptions(Database, Subscription) { Strategy = OpeningStrategy.Wait, Window = 4, CloseWhenDrained = true };
        await new UnsteadyWorker(Client, Ledger, options, Random) { FailsOneOf = failsAll ? 1 : 0 }.RunAsync(Cancellation).Within(Patience);
    }

    /// <summary>Every order that was confirmed is done in its newest version, or taken care of in another way.</summary>
    public void AssertNothingLost(Func<string, bool>? isTakenCareOf = null)
    {
        Assert.NotEmpty(Writer.Confirmed);
        foreach (var (id, (partition, seqno)) in Writer.Confirmed)
        {
            if (!Ledger.IsAcked(partition, seqno) && isTakenCareOf?.Invoke(id) != true)
                Ledger.Complain(id, $"{id} at seqno {seqno} of partition {partition} was lost.");
        }
    }

    /// <summary>Nothing that was promised is broken, and something happened at all.</summary>
    public void AssertPromisesKept()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Ledger.Deliveries} deliveries, {Ledger.Failures} failures, {Ledger.Confirms} confirms, {Ledger.Tokens.Count} leases, {Ledger.Doubts} doubts");
        if (Ledger.Violations is { Count: > 0 } broken) Assert.Fail($"{broken.Count} promises were broken:\n{string.Join('\n', broken.Take(3))}");
        Assert.NotEqual(0, Ledger.Confirms);
    }

    /// <summary>Waits until something is true; fails when somebody who works has given up.</summary>
    /// <param name="condition">Whether it is.</param>
    /// <param name="missing">What there is to say when it never is.</param>
    public async Task UntilAsync(Func<bool> condition, Func<string>? missing = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (_running.Find(task => task.IsFaulted) is { } failed) await failed;
            if (patience.IsCancellationRequested) Assert.Fail($"It did not happen within {Patience}. {missing?.Invoke()}The server's last words:\n{_server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>Repeats what can be repeated until the server is there to answer.</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (SubscriptionsException e) when (e.IsRetryable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Client.DisposeAsync();
        await _server.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }
}
