using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

internal sealed partial class DocumentService
{
    private const int MaxPageSize = 1000;
    private const int DefaultPageSize = 100;

    public override async Task<Wire.ListRevisionsResponse> ListRevisions(Wire.ListRevisionsRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var (before, size) = (ToBeforeSeqno(request.PageToken), ToPageSize(request.PageSize));
        var revisions = await database.ListRevisionsAsync(request.Id, before, size, context.CancellationToken);

        var response = new Wire.ListRevisionsResponse();
        foreach (var revision in revisions) response.Revisions.Add(ToWire(revision));
        if (revisions.Count == size) response.NextPageToken = revisions[^1].Seqno.ToString(CultureInfo.InvariantCulture);
        return response;
    }

    private static int ToPageSize(int size) => size switch
    {
        0 => DefaultPageSize,
        >= 1 and <= MaxPageSize => size,
        _ => throw new InvalidInputException("page_size", size.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {MaxPageSize}"),
    };

    // The seqno of the last version of the page before.
    private static long ToBeforeSeqno(string token)
    {
        if (token.Length == 0) return 0;
        return long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var seqno) && seqno > 0
            ? seqno
            : throw new InvalidInputException("page_token", token, "is not from an answer of ListRevisions");
    }

    private static Wire.RevisionInfo ToWire(RevisionInfo revision) => new()
    {
        Revision = revision.Revision.ToString(),
        Seqno = revision.Seqno,
        Kind = revision.Kind switch
        {
            ChangeKind.Delete => Wire.RevisionKind.Delete,
            ChangeKind.Expiry => Wire.RevisionKind.Expiry,
            _ => Wire.RevisionKind.Put,
        },
        Collection = revision.Collection,
        ChangedAt = Timestamp.FromDateTimeOffset(revision.ChangedAt),
        ContentBytes = revision.ContentBytes,
    };
}
