using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class InMemoryCheckpointStoreTests : CheckpointStoreContract
{
    private protected override ICheckpointStore Store { get; } = new InMemoryCheckpointStore();

    private protected override ICheckpointStore Reopen() => Store;

    [Fact]
    public async Task Load_OtherConsumers_AreKeptApart()
    {
        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning, 0)], Token);

        Assert.Empty(await Store.LoadAsync(Scope with { Consumer = "other" }, [0], 0, Token));
        Assert.Empty(await Store.LoadAsync(Scope with { Database = "other" }, [0], 0, Token));
    }
}
