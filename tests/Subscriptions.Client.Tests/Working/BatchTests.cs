using System.Text;
using System.Text.Json;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>Batches as they come over the wire.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Batch_OfSeveralChunks_IsHandedOutWhole()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync(Wire.Opened(fencingToken: 12));
        await call.SendAsync(Wire.Chunk(1, last: false, Wire.Item("a"), Wire.Item("b")));
        await call.SendAsync(Wire.Chunk(1, last: false, Wire.Item("c")));
        await call.SendAsync(Wire.Chunk(1, last: true, Wire.Item("d")));

        var batch = await reader.NextAsync();

        Assert.Equal(["a", "b", "c", "d"], batch.Items.Select(i => i.Id));
        Assert.Equal((1L, "cv1", "token1", 12L), (batch.BatchId, batch.ChangeVector, batch.ResumeToken, batch.FencingToken));
    }

    [Fact]
    public async Task Batch_LastChunkNotCome_IsNotHandedOut()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var moving = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendAsync(Wire.Chunk(1, last: false, Wire.Item("a")));

        // Behind the chunk in the stream: when this was heard, the chunk was dealt with.
        await call.SendAsync(new WorkResponse { CaughtUp = new CaughtUp() });
        await reader.EventAsync<WorkerEvent.CaughtUp>();

        Assert.False(moving.IsCompleted);
        await call.SendAsync(Wire.Chunk(1, last: true));
        Assert.Single((await reader.NextAsync()).Items);
    }

    [Fact]
    public async Task Item_Put_HasWhatTheServerSent()
    {
        var wire = Wire.Item("orders/1", attempt: 3, """{ "Name" : "Ä" }""");
        wire.Revision = "4-ff";
        wire.Partition = 5;
        wire.Seqno = 77;
        wire.ChangedAtUnixMs = 1_893_456_000_000;
        wire.ExpiresAtUnixMs = 1_893_456_001_000;

        var item = new SubscriptionItem(wire);

        Assert.Equal(("orders/1", "Orders", "4-ff", 5, 77L, 3), (item.Id, item.Collection, item.Revision, item.Partition, item.Seqno, item.Attempt));
        Assert.Equal("""{ "Name" : "Ä" }""", Encoding.UTF8.GetString(item.Content.Span));
        Assert.Equal(ChangeKind.Put, item.Kind);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), item.ChangedAt);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 1, TimeSpan.Zero), item.ExpiresAt);
        Assert.Equal("Ä", item.As<Named>().Name);
        Assert.Null(item.Error);
    }

    [Fact]
    public void Item_Deletion_HasNoContentAndSaysWhy()
    {
        var item = new SubscriptionItem(new Item { Id = "orders/1", Kind = V1.ChangeKind.Delete, Seqno = 8 });

        Assert.False(item.HasContent);
        Assert.Null(item.ExpiresAt);
        var failure = Assert.Throws<InvalidOperationException>(() => item.As<Named>());
        Assert.Contains("'orders/1'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Delete", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Item_ScriptFailed_SaysTheScriptsError()
    {
        var item = new SubscriptionItem(new Item { Id = "orders/1", Kind = V1.ChangeKind.Put, Error = "x is undefined" });

        Assert.Equal("x is undefined", item.Error);
        Assert.Contains("x is undefined", Assert.Throws<InvalidOperationException>(() => item.As<Named>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Item_ContentOfAnotherShape_NamesTheDocumentAndType()
    {
        var item = new SubscriptionItem(Wire.Item("orders/1", json: """{"Name":{}}"""));

        var failure = Assert.Throws<JsonException>(() => item.As<Named>());

        Assert.Contains("'orders/1'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Named), failure.Message, StringComparison.Ordinal);
        Assert.Equal("$.Name", failure.Path);
    }

    [Fact]
    public async Task Batch_BeyondTheGrantedDocuments_IsABreachOfTheContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.MaxDocs = 2);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a", "b", "c");

        await FailsByContractAsync(reader, "batch 1 has more than 2 items");
    }

    [Fact]
    public async Task Batch_OneLargeDocumentAlone_IsTaken()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.MaxBytes = 10);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendAsync(Wire.Chunk(1, last: true, Wire.Item("a", json: $$"""{"Name":"{{new string('x', 100)}}"}""")));

        Assert.Single((await reader.NextAsync()).Items);
    }

    [Fact]
    public async Task Batch_FurtherDocumentAfterALargeOne_IsABreachOfTheContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.MaxBytes = 10);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a", "b");

        await FailsByContractAsync(reader, "the limits in force are 4096 and 10");
    }

    [Fact]
    public async Task Batch_WithoutItems_IsABreachOfTheContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        await (await server.AcceptOpenAsync()).SendBatchAsync(1);

        await FailsByContractAsync(reader, "batch 1 is empty");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public async Task Batch_UnderANumberOutOfTurn_IsABreachOfTheContract(long number)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        await (await server.AcceptOpenAsync()).SendBatchAsync(number, "a");

        await FailsByContractAsync(reader, $"batch {number}; batch 1 was to come next");
    }

    [Fact]
    public async Task Batch_BeforeOpened_IsABreachOfTheContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        await (await server.AcceptAsync()).SendBatchAsync(1, "a");

        await FailsByContractAsync(reader, "before it opened the subscription");
    }

    private static async Task FailsByContractAsync(WorkerReader reader, string what)
    {
        var failure = await reader.FailsAsync<ProtocolViolationException>();
        Assert.Equal((ErrorReason.ProtocolViolation, false), (failure.Reason, failure.IsRetryable));
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    private sealed record Named(string Name);
}
