using Google.Protobuf.WellKnownTypes;

namespace Subscriptions.Client;

/// <summary>Between this library's types and the contract's.</summary>
internal static class Mapping
{
    public static V1.OpeningStrategy ToWire(OpeningStrategy strategy) => strategy switch
    {
        OpeningStrategy.Wait => V1.OpeningStrategy.Wait,
        OpeningStrategy.TakeOver => V1.OpeningStrategy.TakeOver,
        OpeningStrategy.Concurrent => V1.OpeningStrategy.Concurrent,
        _ => V1.OpeningStrategy.Fail,
    };

    public static OpeningStrategy Strategy(V1.OpeningStrategy strategy) => strategy switch
    {
        V1.OpeningStrategy.Wait => OpeningStrategy.Wait,
        V1.OpeningStrategy.TakeOver => OpeningStrategy.TakeOver,
        V1.OpeningStrategy.Concurrent => OpeningStrategy.Concurrent,
        _ => OpeningStrategy.Fail,
    };

    public static V1.DatabaseSettings ToWire(DatabaseSettings settings)
    {
        var wire = new V1.DatabaseSettings { TombstoneRetention = settings.TombstoneRetention?.ToDuration() };
        if (settings.MaxDocumentBytes is { } bytes)
        {
            wire.MaxDocumentBytes = bytes;
        }

        return wire;
    }

    public static DatabaseInfo FromWire(V1.Database database) => new(
        database.Name,
        database.PartitionCount,
        new DatabaseSettings
        {
            MaxDocumentBytes = database.Settings is { HasMaxDocumentBytes: true } settings ? settings.MaxDocumentBytes : null,
            TombstoneRetention = database.Settings?.TombstoneRetention?.ToTimeSpan(),
        },
        database.CreatedAt?.ToDateTimeOffset() ?? default,
        database.DocumentCount,
        database.TombstoneCount,
        database.DiskBytes,
        [.. database.Partitions.Select(p => new PartitionInfo(
            p.Partition,
            p.HighSeqno,
            p.PurgeSeqno,
            [.. p.FailoverLog.Select(entry => new BranchInfo(entry.Branch, entry.StartSeqno))]))]);

    public static V1.WriteOperation ToWire(DocumentOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var wire = new V1.WriteOperation
        {
            Id = operation.Id,
            ExpectedRevision = operation.ExpectedRevision ?? string.Empty,
            MustNotExist = operation.MustNotExist,
        };
        switch (operation.Kind)
        {
            case DocumentOperation.OperationKind.Put:
                wire.Put = new V1.PutAction
                {
                    Content = operation.Content,
                    Collection = operation.Collection,
                    ExpiresAt = operation.ExpiresAt?.ToTimestamp(),
                };
                break;
            case DocumentOperation.OperationKind.Delete:
                wire.Delete = new V1.DeleteAction();
                break;
            default:
                wire.Touch = new V1.TouchAction { ExpiresAt = operation.ExpiresAt?.ToTimestamp() };
                break;
        }

        return wire;
    }

    public static WriteResult FromWire(V1.WriteOutcome outcome) => new(outcome.Revision, outcome.Partition, outcome.Seqno);

    public static Document FromWire(V1.Document document) => new(
        document.Id,
        document.Collection,
        document.Content.Memory,
        document.Revision,
        document.ExpiresAt?.ToDateTimeOffset(),
        document.Partition,
        document.Seqno);
}
