using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

/// <summary>Documents and writes on the wire.</summary>
internal static class WriteMapping
{
    /// <summary>A request's operations. Contents are not copied: the message was made for this request alone.</summary>
    /// <param name="operations">As they came.</param>
    /// <param name="origin">The trace that the request belongs to.</param>
    /// <exception cref="InvalidInputException">An operation has no action, or a condition or time that cannot be understood.</exception>
    public static DocumentWrite[] ToWrites(RepeatedField<Wire.WriteOperation> operations, TraceOrigin? origin)
    {
        var writes = new DocumentWrite[operations.Count];
        var collection = CollectionName.Empty;
        for (var i = 0; i < writes.Length; i++)
        {
            var write = ToWrite(operations[i], i, collection, origin);
            collection = write.Collection ?? collection;
            writes[i] = write;
        }

        return writes;
    }

    /// <summary>What an operation did.</summary>
    public static Wire.WriteOutcome ToWire(WriteOutcome outcome) => new()
    {
        Revision = outcome.Changed ? outcome.Revision.ToString() : "",
        Partition = outcome.Partition,
        Seqno = outcome.Seqno,
    };

    /// <summary>A document that exists.</summary>
    public static Wire.Document ToWire(Change document) => new()
    {
        Id = document.Id,
        Collection = document.Collection,
        Content = UnsafeByteOperations.UnsafeWrap(document.Content),
        Revision = document.Revision.ToString(),
        ExpiresAt = document.ExpiresAt is { } at ? Timestamp.FromDateTimeOffset(at) : null,
        Partition = document.Partition,
        Seqno = document.Seqno,
    };

    /// <summary>A write's condition.</summary>
    /// <param name="revision">Empty: none.</param>
    /// <param name="mustNotExist">The document must not exist.</param>
    /// <param name="field">Where the condition stands, with a dot behind it.</param>
    /// <exception cref="InvalidInputException">It is no revision, or there are both conditions.</exception>
    public static ExpectedRevision ToExpected(string revision, bool mustNotExist, string field)
    {
        if (revision.Length == 0) return mustNotExist ? ExpectedRevision.Absent : ExpectedRevision.Any;
        if (mustNotExist) throw new InvalidInputException(field + "expected_revision", revision, "cannot be given together with must_not_exist");
        return Revision.TryParse(revision, out var parsed)
            ? ExpectedRevision.Exactly(parsed)
            : throw new InvalidInputException(field + "expected_revision", revision, "is not a revision: a number, '-' and 32 hex digits");
    }

    // Neighbours are mostly of one collection, and keep its name in memory for as long as they are there: once is enough.
    private static DocumentWrite ToWrite(Wire.WriteOperation operation, int index, string likely, TraceOrigin? origin)
    {
        var expected = operation.ExpectedRevision.Length == 0 && !operation.MustNotExist
            ? ExpectedRevision.Any
            : ToExpected(operation.ExpectedRevision, operation.MustNotExist, FieldOf(index));
        switch (operation.ActionCase)
        {
            case Wire.WriteOperation.ActionOneofCase.Put:
                var put = operation.Put;
                return new DocumentWrite
                {
                    Kind = WriteKind.Put,
                    Id = operation.Id,
                    Collection = put.Collection.Length == 0 ? CollectionName.Empty : put.Collection == likely ? likely : put.Collection,
                    Content = put.Content.Memory,
                    ExpiresAt = ToExpiry(put.ExpiresAt, index, "put"),
                    Expected = expected,
                    Origin = origin,
                };
            case Wire.WriteOperation.ActionOneofCase.Delete:
                return new DocumentWrite { Kind = WriteKind.Delete, Id = operation.Id, Expected = expected, Origin = origin };
            case Wire.WriteOperation.ActionOneofCase.Touch:
                var expiresAt = ToExpiry(operation.Touch.ExpiresAt, index, "touch");
                return new DocumentWrite { Kind = WriteKind.Touch, Id = operation.Id, ExpiresAt = expiresAt, Expected = expected, Origin = origin };
            default:
                throw new InvalidInputException(FieldOf(index) + "action", "", "is required: put, delete or touch");
        }
    }

    private static DateTimeOffset? ToExpiry(Timestamp? expiresAt, int index, string action) =>
        expiresAt is null ? null : WireTime.ToInstant(expiresAt, $"{FieldOf(index)}{action}.expires_at");

    private static string FieldOf(int index) => string.Create(CultureInfo.InvariantCulture, $"operations[{index}].");
}
