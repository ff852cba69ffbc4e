using System.Text;
using Google.Protobuf;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>What comes with items: earlier versions, other documents, and errors instead of content.</summary>
public sealed class ItemContentTests
{
    private sealed record Named(string Name);

    [Fact]
    public async Task Error_OfAScript_IsNamedWhenContentIsRead()
    {
        var item = Wire.Item("orders/1-A");
        item.Content = ByteString.Empty;
        item.Error = "line 3: x is undefined";
        item.Seqno = 12;

        var delivered = Assert.Single((await DeliverAsync(Wire.Chunk(1, last: true, item))).Items);

        var failure = Assert.Throws<InvalidOperationException>(() => delivered.As<Named>());
        Assert.Equal(
            "'orders/1-A' at partition 0, seqno 12 has no content: the subscription's script failed: line 3: x is undefined.", failure.Message);
        Assert.Equal("line 3: x is undefined", delivered.Error);
        Assert.False(delivered.HasContent);
    }

    [Fact]
    public async Task Previous_OfARevision_IsRead()
    {
        var item = Wire.Item("a", json: """{"Name":"new"}""");
        item.PreviousContent = ByteString.CopyFromUtf8("""{"Name":"old"}""");
        item.PreviousRevision = "1-aa";

        var delivered = Assert.Single((await DeliverAsync(Wire.Chunk(1, last: true, item))).Items);

        Assert.Equal(("old", "new"), (delivered.Previous<Named>().Name, delivered.As<Named>().Name));
        Assert.Equal((true, "1-aa"), (delivered.HasPrevious, delivered.PreviousRevision));
        Assert.Equal("""{"Name":"old"}""", Encoding.UTF8.GetString(delivered.PreviousContent.Span));
    }

    [Fact]
    public async Task Previous_WhereThereIsNone_ThrowsAndNamesTheItem()
    {
        var delivered = Assert.Single((await DeliverAsync(Wire.Chunk(1, last: true, Wire.Item("a")))).Items);

        var failure = Assert.Throws<InvalidOperationException>(() => delivered.Previous<Named>());

        Assert.StartsWith("'a' at partition 0, seqno 1 has no previous version", failure.Message, StringComparison.Ordinal);
        Assert.Equal((false, null), (delivered.HasPrevious, delivered.PreviousRevision));
    }

    [Fact]
    public async Task Includes_OverSeveralChunks_AreFoundById()
    {
        var first = Wire.Chunk(1, last: false, Wire.Item("a"));
        first.BatchChunk.Includes.Add(Included("companies/1-A", "Alfred"));
        var second = Wire.Chunk(1, last: true, Wire.Item("b"));
        second.BatchChunk.Includes.Add(Included("companies/2-A", "Berta"));

        var batch = await DeliverAsync(first, second);

        Assert.Equal(2, batch.Includes.Count);
        Assert.Equal("Berta", batch.Includes["companies/2-A"].As<Named>().Name);
        Assert.True(batch.Includes.TryGetValue("companies/1-A", out var document));
        Assert.Equal(("companies/1-A", "Companies", "3-cc"), (document.Id, document.Collection, document.Revision));
        Assert.False(batch.Includes.ContainsKey("companies/3-A"));
    }

    [Fact]
    public async Task Includes_NoneInTheBatch_AreEmpty() =>
        Assert.Empty((await DeliverAsync(Wire.Chunk(1, last: true, Wire.Item("a")))).Includes);

    private static V1.IncludedDocument Included(string id, string name) => new()
    {
        Id = id,
        Collection = "Companies",
        Content = ByteString.CopyFromUtf8($$"""{"Name":"{{name}}"}"""),
        Revision = "3-cc",
    };

    private static async Task<SubscriptionBatch> DeliverAsync(params WorkResponse[] chunks)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        foreach (var chunk in chunks) await call.SendAsync(chunk);
        return await reader.NextAsync();
    }
}
