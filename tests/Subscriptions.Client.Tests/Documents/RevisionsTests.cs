using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Documents;

/// <summary>Kept versions of documents.</summary>
public sealed class RevisionsTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListRevisions_SeveralPages_AskedForOneByOne()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var tokens = new List<string>();
        server.Documents.ListRevisions = request =>
        {
            Assert.Equal(("shop", "orders/1"), (request.Database, request.Id));
            tokens.Add(request.PageToken);
            var seqno = 9 - tokens.Count;
            return new ListRevisionsResponse
            {
                Revisions = { Revision(seqno, seqno == 8 ? RevisionKind.Expiry : RevisionKind.Put) },
                NextPageToken = tokens.Count < 3 ? $"{seqno}" : "",
            };
        };

        var seen = new List<DocumentRevision>();
        await foreach (var revision in client.Documents.ListRevisionsAsync("shop", "orders/1", Cancelled))
        {
            Assert.Equal(seen.Count + 1, tokens.Count);
            seen.Add(revision);
        }

        Assert.Equal(["", "8", "7"], tokens);
        Assert.Equal([8, 7, 6], seen.Select(r => (int)r.Seqno));
        Assert.Equal(new DocumentRevision("2-aa", 8, DocumentRevisionKind.Expiry, "Orders", At, 17), seen[0]);
    }

    [Fact]
    public async Task Get_OfARevision_AsksForItAndIsNullWhenItIsNotKept()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        server.Documents.Get = request => request.Revision == "1-aa"
            ? Task.FromResult(new GetDocumentResponse { Document = new V1.Document { Id = request.Id, Content = ByteString.CopyFromUtf8("{}") } })
            : throw Wire.Error("DOCUMENT_NOT_FOUND", StatusCode.NotFound);

        Assert.Equal("orders/1", (await client.Documents.GetAsync("shop", "orders/1", "1-aa", Cancelled).Within())!.Id);
        Assert.Null(await client.Documents.GetAsync("shop", "orders/1", "1-bb", Cancelled).Within());
    }

    [Fact]
    public void Settings_ThereAndBack_AreTheSame()
    {
        var revisions = new CollectionRevisions("Orders") { IsEnabled = false, MaxCount = 3, MaxAge = TimeSpan.FromHours(1), PurgeOnDelete = true };

        Assert.Equal(revisions, Mapping.FromWire(Mapping.ToWire(revisions)));
        Assert.Equal(new CollectionRevisions("Orders"), Mapping.FromWire(Mapping.ToWire(new CollectionRevisions("Orders"))));
    }

    private static RevisionInfo Revision(long seqno, RevisionKind kind) => new()
    {
        Revision = "2-aa",
        Seqno = seqno,
        Kind = kind,
        Collection = "Orders",
        ChangedAt = Timestamp.FromDateTimeOffset(At),
        ContentBytes = 17,
    };
}
