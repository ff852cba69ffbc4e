using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class DocumentTests
{
    private static readonly string SomeRevision = $"1-{new string('0', 32)}";

    public static TheoryData<WriteOperation, string> BadOperations => new()
    {
        { Requests.Put(""), "operations[1].id" },
        { Requests.Put("_secret"), "operations[1].id" },
        { Requests.Put(new string('a', 513)), "operations[1].id" },
        { Requests.Put("orders/1", "[]"), "operations[1].content" },
        { Requests.Put("orders/1", "{"), "operations[1].content" },
        { Requests.Put("orders/1", collection: "@all_docs"), "operations[1].collection" },
        { new WriteOperation { Id = "orders/1" }, "operations[1].action" },
        { new WriteOperation { Id = "orders/1", Delete = new DeleteAction(), ExpectedRevision = "first" }, "operations[1].expected_revision" },
        {
            new WriteOperation { Id = "orders/1", Delete = new DeleteAction(), ExpectedRevision = SomeRevision, MustNotExist = true },
            "operations[1].expected_revision"
        },
        { new WriteOperation { Id = "orders/1", Touch = new TouchAction { ExpiresAt = new Timestamp { Nanos = -1 } } }, "operations[1].touch.expires_at" },
        {
            new WriteOperation { Id = "orders/1", Touch = new TouchAction { ExpiresAt = new Timestamp { Seconds = long.MinValue } } },
            "operations[1].touch.expires_at"
        },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_AllActions_AreCarriedOutInOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var response = await server.WriteAsync(
            Requests.Put("orders/1"),
            new WriteOperation { Id = "orders/1", Touch = new TouchAction() },
            new WriteOperation { Id = "orders/1", Delete = new DeleteAction() },
            new WriteOperation { Id = "orders/2", Delete = new DeleteAction() });

        Assert.Equal([1, 2, 3, 0], response.Outcomes.Select(o => o.Seqno));
        Assert.Equal(["1-", "2-", "3-"], response.Outcomes.Take(3).Select(o => o.Revision[..2]));
        Assert.Equal("", response.Outcomes[3].Revision);
    }

    [Fact]
    public async Task Write_ExpectedRevisionDoesNotHold_ChangesNothing()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var current = (await server.PutAsync("orders/1")).Outcomes[0].Revision;
        var conflicting = Requests.Put("orders/1");
        conflicting.ExpectedRevision = SomeRevision;

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.Aborted, "REVISION_CONFLICT", () => server.WriteAsync(Requests.Put("orders/2"), conflicting));

        Assert.Equal(("1", "orders/1", current), (metadata["operation"], metadata["id"], metadata["current_revision"]));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "DOCUMENT_NOT_FOUND", Get(server, "orders/2"));
    }

    [Fact]
    public async Task Write_ExpectedRevisionHolds_IsCarriedOut()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var update = Requests.Put("orders/1");
        update.ExpectedRevision = (await server.PutAsync("orders/1")).Outcomes[0].Revision;

        var response = await server.WriteAsync(update);

        Assert.StartsWith("2-", response.Outcomes[0].Revision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_MustNotExistButDoes_IsAConflict()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var create = Requests.Put("orders/1");
        create.MustNotExist = true;
        await server.WriteAsync(create);

        await RpcAssert.FailsAsync(StatusCode.Aborted, "REVISION_CONFLICT", () => server.WriteAsync(create));
    }

    [Theory]
    [MemberData(nameof(BadOperations))]
    public async Task Write_BadOperation_IsNamedAndNothingIsChanged(WriteOperation operation, string field)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.WriteAsync(Requests.Put("orders/0"), operation));

        Assert.Equal(field, metadata["field"]);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "DOCUMENT_NOT_FOUND", Get(server, "orders/0"));
    }

    [Fact]
    public async Task Write_NoOperations_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.WriteAsync());

        Assert.Equal("operations", metadata["field"]);
    }

    [Fact]
    public async Task GetDocument_Exists_HasWhatWasWritten()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: 8);
        var expiresAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(1));
        var put = Requests.Put("orders/1", """{ "Lines": [ 1,  2 ] }""");
        put.Put.ExpiresAt = expiresAt;
        var outcome = (await server.WriteAsync(put)).Outcomes[0];

        var document = (await Get(server, "orders/1").ResponseAsync.Within()).Document;

        Assert.Equal("""{ "Lines": [ 1,  2 ] }""", document.Content.ToStringUtf8());
        Assert.Equal(("orders/1", "Orders"), (document.Id, document.Collection));
        Assert.Equal((outcome.Revision, outcome.Partition, outcome.Seqno), (document.Revision, document.Partition, document.Seqno));
        Assert.Equal(expiresAt.Seconds, document.ExpiresAt.Seconds);
    }

    [Fact]
    public async Task GetDocument_WithoutCollection_IsInTheEmptyOne()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.WriteAsync(Requests.Put("orders/1", collection: ""));

        Assert.Equal("@empty", (await Get(server, "orders/1").ResponseAsync.Within()).Document.Collection);
    }

    [Fact]
    public async Task DeleteDocument_Exists_LeavesATombstone()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var revision = (await server.PutAsync("orders/1")).Outcomes[0].Revision;

        var response = await Delete(server, "orders/1", revision).ResponseAsync.Within();

        Assert.Equal(2, response.Seqno);
        Assert.StartsWith("2-", response.Revision, StringComparison.Ordinal);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "DOCUMENT_NOT_FOUND", Get(server, "orders/1"));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "DOCUMENT_NOT_FOUND", Delete(server, "orders/1"));
    }

    [Fact]
    public async Task DeleteDocument_BadFields_AreNamed()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        var id = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", Delete(server, ""));
        var revision = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", Delete(server, "orders/1", "x"));

        Assert.Equal(("id", "expected_revision"), (id["field"], revision["field"]));
    }

    private static AsyncUnaryCall<GetDocumentResponse> Get(ServerFixture server, string id) =>
        server.Documents.GetDocumentAsync(new GetDocumentRequest { Database = "shop", Id = id }, cancellationToken: Cancelled);

    private static AsyncUnaryCall<DeleteDocumentResponse> Delete(ServerFixture server, string id, string revision = "") =>
        server.Documents.DeleteDocumentAsync(
            new DeleteDocumentRequest { Database = "shop", Id = id, ExpectedRevision = revision }, cancellationToken: Cancelled);
}
