using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Grpc.Net.Client;
using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Streams;

/// <summary>Partition consumers on the server program: what they make of the log is what the database holds.</summary>
public sealed class ConsumerTests : IAsyncLifetime
{
    private const string Database = "shop";
    private const int Partitions = 4;
    private const int TimeLimit = 120_000;

    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess _server;
    private readonly Random _random = new(20261121);

    public ConsumerTests() => _server = new ServerProcess(_folder["data"]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        await using var client = new SubscriptionsClient(_server.Address);
        await client.Databases.CreateAsync(Database, partitionCount: Partitions, cancellationToken: Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Run_ServerKilledMeanwhile_ReplicaConvergesAndNothingComesTwice()
    {
        await using var client = new SubscriptionsClient(_server.Address);
        var replica = new Replica();
        await using var consumer = client.Streams.OpenConsumer(Options(), replica);
        var running = consumer.RunAsync(Cancelled);
        for (var round = 0; round < 3; round++)
        {
            await WriteAnewAsync(200);
            await UntilAsync(() => replica.Applied > 0, running);
            await _server.KillAsync();
            await _server.StartAsync();
        }

        await WriteAnewAsync(50);
        await using var reader = new SubscriptionsClient(_server.Address);
        await ConvergesAsync(reader, replica, running);
        Assert.Empty(replica.Faults);
        Assert.Empty(replica.Rollbacks);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Run_AgainFromItsFile_GoesOnWhereItWas()
    {
        await using var client = new SubscriptionsClient(_server.Address);
        var replica = new Replica();
        for (var round = 0; round < 3; round++)
        {
            await WriteAsync(client, 100);
            using var store = new FileCheckpointStore(_folder["replica.json"]);
            await using var consumer = client.Streams.OpenConsumer(Options(o => (o.ToLatest, o.Checkpoints) = (true, store)), replica);
            await consumer.RunAsync(Cancelled);
            await AssertSameAsync(client, replica);
        }

        Assert.Empty(replica.Faults);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Run_DiedWithoutSaving_WhatCameAfterTheLastCheckpointComesAgainAndNothingElse()
    {
        await using var client = new SubscriptionsClient(_server.Address);
        await WriteAsync(client, 200);
        using (var store = new FileCheckpointStore(_folder["replica.json"]))
        {
            // Saving by hand, its end saves nothing: the file is as that of a process that was killed.
            var first = new Replica();
            await using var consumer = client.Streams.OpenConsumer(
                Options(o => (o.Checkpoints, o.CheckpointInterval) = (store, Timeout.InfiniteTimeSpan)), first);
            var running = consumer.RunAsync(Cancelled);
            await ConvergesAsync(client, first, running);
            await consumer.CommitAsync(Cancelled);
            await WriteAsync(client, 200);
            await ConvergesAsync(client, first, running);
        }

        using (var store = new FileCheckpointStore(_folder["replica.json"]))
        {
            var committed = (await store.LoadAsync(new CheckpointScope(Database, "replica"), [.. Enumerable.Range(0, Partitions)], 0, Cancelled))
                .ToDictionary(checkpoint => checkpoint.Partition, checkpoint => checkpoint.Position);
            var lowest = new ConcurrentDictionary<int, long>();
            await using var consumer = client.Streams.OpenConsumer(
                Options(o => (o.Checkpoints, o.ToLatest) = (store, true)),
                (changes, _) =>
                {
                    lowest.TryAdd(changes.Partition, changes.Changes[0].Seqno);
                    return ValueTask.CompletedTask;
                },
                (_, _) => ValueTask.CompletedTask);
            await consumer.RunAsync(Cancelled);

            Assert.Equal(Partitions, committed.Count);
            Assert.NotEmpty(lowest);
            Assert.All(lowest, first => Assert.True(first.Value > committed[first.Key].Seqno));
            var high = await client.Streams.GetPartitionSeqnosAsync(Database, cancellationToken: Cancelled);
            Assert.Equal(high.Select(p => p.HighSeqno), consumer.Positions.OrderBy(p => p.Key).Select(p => p.Value.Seqno));
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Run_OlderBackupRestoredUnderIt_IsTakenBackAndConverges()
    {
        await using var client = new SubscriptionsClient(_server.Address);
        using var channel = GrpcChannel.ForAddress(_server.Address);
        var admin = new V1.DatabaseAdminService.DatabaseAdminServiceClient(channel);
        var early = new Replica();
        await using var consumer = client.Streams.OpenConsumer(Options(o => o.Name = "early"), early);
        var running = consumer.RunAsync(Cancelled);
        await WriteAsync(client, 200);
        await ConvergesAsync(client, early, running);
        var backup = await BackUpAsync(admin);
        await WriteAsync(client, 200);
        await ConvergesAsync(client, early, running);

        // This one reads over the backup's seqno without having seen what was there.
        var late = new Replica();
        await using var other = client.Streams.OpenConsumer(Options(o => o.Name = "late"), late);
        var otherRunning = other.RunAsync(Cancelled);
        await ConvergesAsync(client, late, otherRunning);

        await RestoreAsync(admin, backup);
        await WriteAsync(client, 30);

        await ConvergesAsync(client, early, running);
        await ConvergesAsync(client, late, otherRunning);
        Assert.Empty(early.Faults);
        Assert.Empty(late.Faults);
        Assert.Equal(Partitions, early.Rollbacks.Select(r => r.Partition).Distinct().Count());
        Assert.All(early.Rollbacks, rollback =>
        {
            Assert.Equal(RollbackReason.BeyondBranch, rollback.Reason);
            Assert.True(rollback.ToSeqno <= rollback.ServerSeqno);
            Assert.Equal(rollback.ServerSeqno, rollback.FailoverLog[0].StartSeqno);
        });
    }

    private static PartitionConsumerOptions Options(Action<PartitionConsumerOptions>? configure = null)
    {
        var options = new PartitionConsumerOptions(Database, "replica") { MaxReconnectDelay = TimeSpan.FromMilliseconds(100) };
        configure?.Invoke(options);
        return options;
    }

    // A client that was connected may find out first that its connection is gone, and single requests are not repeated.
    private async Task WriteAnewAsync(int count)
    {
        await using var client = new SubscriptionsClient(_server.Address);
        await WriteAsync(client, count);
    }

    // Puts and deletions of few documents, so that much is replaced.
    private async Task WriteAsync(SubscriptionsClient client, int count)
    {
        for (var i = 0; i < count; i += 10)
        {
            await client.Documents.WriteAsync(
                Database,
                Enumerable.Range(0, 10).Select(_ => $"d{_random.Next(60)}").Distinct().Select(id =>
                    _random.Next(4) == 0 ? DocumentOperation.Delete(id) : DocumentOperation.Put(id, new { Value = _random.Next() }, "Things")),
                Cancelled);
        }
    }

    private static async Task ConvergesAsync(SubscriptionsClient client, Replica replica, Task running)
    {
        var documents = await DocumentsAsync(client);
        await UntilAsync(() => documents.SequenceEqual(replica.Documents()), running);
    }

    private static async Task AssertSameAsync(SubscriptionsClient client, Replica replica) =>
        Assert.Equal(await DocumentsAsync(client), replica.Documents());

    private static async Task<SortedDictionary<string, string>> DocumentsAsync(SubscriptionsClient client)
    {
        var documents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var page = await client.Changes.GetAsync(Database, new ChangesOptions { IncludeDocs = true, Limit = 10_000 }, Cancelled);
        foreach (var row in page.Rows.Where(row => row.HasContent)) documents.Add(row.Id, Encoding.UTF8.GetString(row.Content.Span));
        return documents;
    }

    private static async Task UntilAsync(Func<bool> condition, Task running)
    {
        using var patience = new CancellationTokenSource(TestTimeout.Default);
        while (!condition())
        {
            Assert.False(running.IsCompleted, running.Exception?.ToString());
            if (patience.IsCancellationRequested) Assert.Fail("It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancelled);
        }
    }

    private static async Task<List<ByteString>> BackUpAsync(V1.DatabaseAdminService.DatabaseAdminServiceClient admin)
    {
        var parts = new List<ByteString>();
        using var call = admin.BackUpDatabase(new V1.BackUpDatabaseRequest { Name = Database }, cancellationToken: Cancelled);
        while (await call.ResponseStream.MoveNext(Cancelled)) parts.Add(call.ResponseStream.Current.Content);
        return parts;
    }

    private static async Task RestoreAsync(V1.DatabaseAdminService.DatabaseAdminServiceClient admin, List<ByteString> backup)
    {
        using var call = admin.RestoreDatabase(cancellationToken: Cancelled);
        var isFirst = true;
        foreach (var part in backup)
        {
            var request = new V1.RestoreDatabaseRequest { Content = part };
            if (isFirst) (request.Name, request.Replace) = (Database, true);
            isFirst = false;
            await call.RequestStream.WriteAsync(request, Cancelled);
        }

        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync.Within();
    }
}
