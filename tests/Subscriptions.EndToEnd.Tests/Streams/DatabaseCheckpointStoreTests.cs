using Subscriptions.Client;
using Subscriptions.Client.Tests.Streams;
using Subscriptions.EndToEnd.Tests.Cli;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Streams;

/// <summary>Checkpoints as documents of a server.</summary>
public sealed class DatabaseCheckpointStoreTests(CliServer server) : CheckpointStoreContract, IClassFixture<CliServer>, IAsyncLifetime
{
    private readonly SubscriptionsClient _client = new(server.Address);
    private string _database = string.Empty;

    private protected override ICheckpointStore Store => field ??= Reopen();

    public async ValueTask InitializeAsync() => _database = await server.CreateDatabaseAsync();

    public async ValueTask DisposeAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task Save_DocumentsWrittenByAnotherStoreMeanwhile_LooksAgain()
    {
        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning with { Seqno = 1 }, 0)], Token);
        await Reopen().SaveAsync(Scope, [new(0, PartitionPosition.Beginning with { Seqno = 2 }, 0)], Token);

        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning with { Seqno = 3 }, 0)], Token);

        Assert.Equal(3, Assert.Single(await Reopen().LoadAsync(Scope, [0], 0, Token)).Position.Seqno);
    }

    [Fact]
    public async Task Load_AThousandPartitions_HasThemAll()
    {
        var place = PartitionPosition.Beginning with { Seqno = 7, ResumeToken = new string('t', 2000) };
        await Store.SaveAsync(Scope, [.. Enumerable.Range(0, 1024).Select(p => new PartitionCheckpoint(p, place, 1))], Token);

        var kept = await Reopen().LoadAsync(Scope, [.. Enumerable.Range(0, 1024)], 2, Token);

        Assert.Equal(Enumerable.Range(0, 1024), kept.Select(c => c.Partition).Order());
        Assert.All(kept, c => Assert.Equal(place, c.Position));
    }

    private protected override ICheckpointStore Reopen() => new DatabaseCheckpointStore(_client, _database);
}
