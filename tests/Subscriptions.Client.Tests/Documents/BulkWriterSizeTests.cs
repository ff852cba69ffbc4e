using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Documents;

/// <summary>What gRPC would refuse for its size never reaches it: it would leave the stream open and the writer waiting for ever.</summary>
public sealed class BulkWriterSizeTests
{
    private const int MaxMessageBytes = 64 * 1024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_OperationLargerThanAMessage_IsRefusedAndTheWriterGoesOn()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = Connect(server);
        await using var writer = client.Documents.OpenBulkWriter("shop");

        var error = await Assert.ThrowsAsync<InvalidRequestException>(
            () => writer.AddAsync(DocumentOperation.PutJson("large", new byte[MaxMessageBytes]), Cancelled).Within());
        await writer.AddAsync(DocumentOperation.PutJson("small", new byte[10]), Cancelled).Within();
        var completion = writer.CompleteAsync(Cancelled);
        var call = await server.AcceptBulkAsync();
        var request = await call.ReceiveAsync();
        await call.ConfirmAsync(request);

        Assert.Contains("'large'", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(SubscriptionsClientOptions.MaxMessageBytes), error.Message, StringComparison.Ordinal);
        Assert.Equal("small", Assert.Single(request.Operations).Id);
        Assert.Equal(1, (await completion.Within()).Operations);
    }

    [Theory]
    [InlineData(30_000)]
    [InlineData(61_000)]
    [InlineData(10)]
    public async Task Add_OptionsAllowMoreThanAMessage_RequestsStayBelowIt(int documentBytes)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = Connect(server);
        await using var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 10_000, MaxBytes = 1024 * 1024 });
        var adding = AddAllAsync(writer, documentBytes);
        var call = await server.AcceptBulkAsync();

        for (var received = 0; received < 2 * MaxMessageBytes / documentBytes;)
        {
            var request = await call.ReceiveAsync();
            Assert.InRange(request.CalculateSize(), 1, MaxMessageBytes);
            received += request.Operations.Count;
            await call.ConfirmAsync(request);
        }

        await adding.Within();
    }

    private static async Task AddAllAsync(BulkWriter writer, int documentBytes)
    {
        for (var i = 0; i < 2 * MaxMessageBytes / documentBytes; i++)
        {
            await writer.AddAsync(DocumentOperation.PutJson($"d{i}", new byte[documentBytes]), Cancelled);
        }

        await writer.CompleteAsync(Cancelled);
    }

    private static SubscriptionsClient Connect(ScriptedServer server) =>
        new(new SubscriptionsClientOptions { Address = server.Address, MaxMessageBytes = MaxMessageBytes });
}
