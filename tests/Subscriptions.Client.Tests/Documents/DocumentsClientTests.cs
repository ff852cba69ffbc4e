using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Documents;

/// <summary>Single requests about documents.</summary>
public sealed class DocumentsClientTests
{
    private static readonly DateTimeOffset Expiry = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_ThenGetTyped_RoundTrips()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var stored = new Dictionary<string, PutAction>();
        server.Documents.Write = request =>
        {
            var operation = Assert.Single(request.Operations);
            stored[$"{request.Database}/{operation.Id}"] = operation.Put;
            return new WriteResponse { Outcomes = { new WriteOutcome { Revision = "1-aa", Partition = 3, Seqno = 42 } } };
        };
        server.Documents.Get = request => Task.FromResult(new GetDocumentResponse
        {
            Document = new V1.Document
            {
                Id = request.Id,
                Collection = stored[$"{request.Database}/{request.Id}"].Collection,
                Content = stored[$"{request.Database}/{request.Id}"].Content,
                Revision = "1-aa",
                Partition = 3,
                Seqno = 42,
                ExpiresAt = Expiry.ToTimestamp(),
            },
        });
        var order = new Order("Ä & Söhne", 3);

        var result = await client.Documents.PutAsync("shop", "orders/1", order, "Orders", cancellationToken: Cancelled).Within();
        var typed = await client.Documents.GetAsync<Order>("shop", "orders/1", cancellationToken: Cancelled).Within();
        var document = await client.Documents.GetAsync("shop", "orders/1", Cancelled).Within();

        Assert.Equal(new WriteResult("1-aa", 3, 42), result);
        Assert.True(result.Changed);
        Assert.Equal(order, typed);
        Assert.Equal(order, document!.As<Order>());
        Assert.Equal(
            ("orders/1", "Orders", "1-aa", Expiry, 3, 42L),
            (document.Id, document.Collection, document.Revision, document.ExpiresAt, document.Partition, document.Seqno));
    }

    [Fact]
    public async Task PutJson_AnyBytes_GoOutExactlyAsTheyAre()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        WriteRequest? received = null;
        server.Documents.Write = request =>
        {
            received = request;
            return new WriteResponse { Outcomes = { new WriteOutcome() } };
        };
        var json = Encoding.UTF8.GetBytes("""{ "b" : 1.0, "a":"Ä" }""");

        var result = await client.Documents.PutJsonAsync("shop", "orders/1", json, cancellationToken: Cancelled).Within();

        var put = new PutAction { Content = ByteString.CopyFrom(json) };
        Assert.Equal(new WriteRequest { Database = "shop", Operations = { new WriteOperation { Id = "orders/1", Put = put } } }, received);
        Assert.False(result.Changed);
    }

    [Fact]
    public async Task Write_ManyOperations_KeepTheirOrderAndExpectations()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        WriteRequest? received = null;
        server.Documents.Write = request =>
        {
            received = request;
            return new WriteResponse { Outcomes = { request.Operations.Select((_, i) => new WriteOutcome { Seqno = i }) } };
        };

        var results = await client.Documents.WriteAsync(
            "shop",
            [
                DocumentOperation.PutJson("a", "{}"u8.ToArray(), "Orders") with { MustNotExist = true, ExpiresAt = Expiry },
                DocumentOperation.Delete("b") with { ExpectedRevision = "2-bb" },
                DocumentOperation.Touch("c") with { ExpiresAt = Expiry },
                DocumentOperation.Touch("d"),
            ],
            Cancelled).Within();

        var content = ByteString.CopyFromUtf8("{}");
        var expected = new WriteRequest
        {
            Database = "shop",
            Operations =
            {
                new WriteOperation
                {
                    Id = "a", MustNotExist = true, Put = new PutAction { Content = content, Collection = "Orders", ExpiresAt = Expiry.ToTimestamp() },
                },
                new WriteOperation { Id = "b", ExpectedRevision = "2-bb", Delete = new DeleteAction() },
                new WriteOperation { Id = "c", Touch = new TouchAction { ExpiresAt = Expiry.ToTimestamp() } },
                new WriteOperation { Id = "d", Touch = new TouchAction() },
            },
        };
        Assert.Equal(expected, received);
        Assert.Equal([0L, 1L, 2L, 3L], results.Select(r => r.Seqno));
    }

    [Fact]
    public async Task Write_RevisionConflict_TellsWhichAndWhatIsThere()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        server.Documents.Write = _ => throw Wire.Error(
            "REVISION_CONFLICT", StatusCode.Aborted, ("operation", "1"), ("id", "b"), ("current_revision", "3-cc"));

        var conflict = await Assert.ThrowsAsync<RevisionConflictException>(
            () => client.Documents.WriteAsync("shop", DocumentOperation.Delete("b") with { ExpectedRevision = "2-bb" }, Cancelled).Within());

        Assert.Equal((1, "b", "3-cc", false), (conflict.OperationIndex, conflict.Id, conflict.CurrentRevision, conflict.IsRetryable));
    }

    [Fact]
    public async Task Get_NoSuchDocument_IsNull()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        server.Documents.Get = _ => throw Wire.Error("DOCUMENT_NOT_FOUND", StatusCode.NotFound, ("database", "shop"), ("id", "x"));

        Assert.Null(await client.Documents.GetAsync("shop", "x", Cancelled).Within());
        Assert.Null(await client.Documents.GetAsync<Order>("shop", "x", cancellationToken: Cancelled).Within());
    }

    [Fact]
    public async Task Get_NoSuchDatabase_Throws()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        server.Documents.Get = _ => throw Wire.Error("DATABASE_NOT_FOUND", StatusCode.NotFound, ("database", "shop"));

        var failure = await Assert.ThrowsAsync<DatabaseNotFoundException>(() => client.Documents.GetAsync("shop", "x", Cancelled).Within());

        Assert.Equal("shop", failure.Database);
    }

    [Fact]
    public async Task Get_ContentOfAnotherShape_NamesTheDocument()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        server.Documents.Get = request => Task.FromResult(new GetDocumentResponse
        {
            Document = new V1.Document { Id = request.Id, Content = ByteString.CopyFromUtf8("null") },
        });

        var failure = await Assert.ThrowsAsync<JsonException>(
            () => client.Documents.GetAsync<Order>("shop", "orders/1", cancellationToken: Cancelled).Within());

        Assert.Contains("'orders/1'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_WithARevision_SendsItAndTellsTheTombstone()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        DeleteDocumentRequest? received = null;
        server.Documents.Delete = request =>
        {
            received = request;
            return new DeleteDocumentResponse { Revision = "3-dd", Partition = 1, Seqno = 9 };
        };

        var result = await client.Documents.DeleteAsync("shop", "x", "2-bb", Cancelled).Within();

        Assert.Equal(new DeleteDocumentRequest { Database = "shop", Id = "x", ExpectedRevision = "2-bb" }, received);
        Assert.Equal(new WriteResult("3-dd", 1, 9), result);
    }

    [Fact]
    public async Task Request_NoAnswerInTime_NamesTheLimit()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new SubscriptionsClient(
            new SubscriptionsClientOptions { Address = server.Address, RequestTimeout = TimeSpan.FromMilliseconds(100) });
        var never = new TaskCompletionSource<GetDocumentResponse>();
        server.Documents.Get = _ => never.Task;

        var failure = await Assert.ThrowsAsync<ServerUnavailableException>(() => client.Documents.GetAsync("shop", "x", Cancelled).Within());

        Assert.True(failure.IsRetryable);
        Assert.Contains("00:00:00.1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SubscriptionsClientOptions.RequestTimeout", failure.Message, StringComparison.Ordinal);
        never.SetCanceled(Cancelled);
    }

    [Fact]
    public async Task Request_CallerCancels_ThrowsWithItsToken()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        using var caller = new CancellationTokenSource();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<GetDocumentResponse>();
        server.Documents.Get = _ =>
        {
            called.SetResult();
            return never.Task;
        };

        var get = client.Documents.GetAsync("shop", "x", caller.Token);
        await called.Task.Within();
        await caller.CancelAsync();

        var failure = await Assert.ThrowsAsync<OperationCanceledException>(() => get.Within());
        Assert.Equal(caller.Token, failure.CancellationToken);
        never.SetCanceled(Cancelled);
    }

    private sealed record Order(string Customer, int Lines);
}
