using System.Collections.Concurrent;
using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Streams;

/// <summary>Consumers that share a database's partitions by leases, with checkpoints on the server.</summary>
public sealed class GroupTests(CliServer server) : IClassFixture<CliServer>
{
    private const int Partitions = 8;

    // Who cannot renew a lease for three quarters of it gives its partitions up, and what was not saved comes again: far longer than a busy machine stands still.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<string, int> _handled = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Members_ComeAndGo_EachChangeIsHandledOnceByTheirOneGroup()
    {
        await using var client = new SubscriptionsClient(server.Address);
        var (database, coordination) = (server.NewName(), await server.CreateDatabaseAsync());
        await client.Databases.CreateAsync(database, partitionCount: Partitions, cancellationToken: Cancelled);
        await server.WriteOrdersAsync(database, 1, 100);

        await using var first = Open(client, database, coordination, "first");
        var firstRunning = first.Consumer.RunAsync(Cancelled);
        await UntilAsync(() => first.Has(Enumerable.Range(0, 8)) && _handled.Count == 100, firstRunning);

        await using var second = Open(client, database, coordination, "second");
        var secondRunning = second.Consumer.RunAsync(Cancelled);
        await UntilAsync(() => first.Has(Enumerable.Range(0, 4)) && second.Has(Enumerable.Range(4, 4)), firstRunning, secondRunning);
        await server.WriteOrdersAsync(database, 101, 100);
        await UntilAsync(() => _handled.Count == 200, firstRunning, secondRunning);

        await first.Consumer.DisposeAsync().Within();
        await firstRunning.Within();
        await UntilAsync(() => second.Has(Enumerable.Range(0, 8)), secondRunning);
        await server.WriteOrdersAsync(database, 201, 100);
        await UntilAsync(() => _handled.Count == 300, secondRunning);

        // Who gives partitions up saves them before, so nothing came again.
        Assert.All(_handled, handled => Assert.Equal(1, handled.Value));
    }

    private Opened Open(SubscriptionsClient client, string database, string coordination, string name)
    {
        var opened = new Opened();
        opened.Consumer = client.Streams.OpenConsumer(
            new PartitionConsumerOptions(database, "indexer")
            {
                Group = PartitionGroup.Leased(
                    client, new PartitionLeaseOptions { Database = coordination, MemberName = name, LeaseDuration = Lease }),
                Checkpoints = new DatabaseCheckpointStore(client, coordination),
                OnEvent = opened.OnEvent,
            },
            (changes, _) =>
            {
                foreach (var change in changes.Changes) _handled.AddOrUpdate(change.Id, 1, (_, count) => count + 1);
                return ValueTask.CompletedTask;
            },
            (_, _) => ValueTask.CompletedTask);
        return opened;
    }

    private static async Task UntilAsync(Func<bool> condition, params Task[] running)
    {
        using var patience = new CancellationTokenSource(TestTimeout.Default);
        while (!condition())
        {
            Assert.All(running, task => Assert.False(task.IsCompleted, task.Exception?.ToString()));
            if (patience.IsCancellationRequested) Assert.Fail("It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        }
    }

    private sealed class Opened : IAsyncDisposable
    {
        private volatile IReadOnlyList<int> _partitions = [];

        public PartitionConsumer Consumer { get; set; } = null!;

        public void OnEvent(PartitionConsumerEvent happening)
        {
            _partitions = happening switch
            {
                PartitionConsumerEvent.Assigned assigned => assigned.Partitions,
                PartitionConsumerEvent.Revoked revoked => revoked.Left,
                _ => _partitions,
            };
        }

        public bool Has(IEnumerable<int> partitions) => partitions.SequenceEqual(_partitions);

        public ValueTask DisposeAsync() => Consumer.DisposeAsync();
    }
}
