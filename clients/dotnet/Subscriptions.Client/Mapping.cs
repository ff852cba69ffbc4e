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
        var wire = new V1.DatabaseSettings
        {
            TombstoneRetention = settings.TombstoneRetention?.ToDuration(),
            PurgeHold = settings.PurgeHold?.ToDuration(),
        };
        if (settings.MaxDocumentBytes is { } bytes)
        {
            wire.MaxDocumentBytes = bytes;
        }

        wire.Revisions.AddRange(settings.Revisions.Select(ToWire));
        return wire;
    }

    public static V1.CollectionRevisions ToWire(CollectionRevisions revisions)
    {
        var wire = new V1.CollectionRevisions
        {
            Collection = revisions.Collection,
            Disabled = !revisions.IsEnabled,
            MaxAge = revisions.MaxAge?.ToDuration(),
            PurgeOnDelete = revisions.PurgeOnDelete,
        };
        if (revisions.MaxCount is { } count)
        {
            wire.MaxCount = count;
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
            PurgeHold = database.Settings?.PurgeHold?.ToTimeSpan(),
            Revisions = [.. (database.Settings?.Revisions ?? []).Select(FromWire)],
        },
        database.CreatedAt?.ToDateTimeOffset() ?? default,
        database.DocumentCount,
        database.TombstoneCount,
        database.DiskBytes,
        [.. database.Partitions.Select(p => new PartitionInfo(
            p.Partition,
            p.HighSeqno,
            p.PurgeSeqno,
            [.. p.FailoverLog.Select(entry => new BranchInfo(entry.Branch, entry.StartSeqno))]))])
    {
        RevisionCount = database.RevisionCount,
    };

    public static CollectionRevisions FromWire(V1.CollectionRevisions revisions) => new(revisions.Collection)
    {
        IsEnabled = !revisions.Disabled,
        MaxCount = revisions.HasMaxCount ? revisions.MaxCount : null,
        MaxAge = revisions.MaxAge?.ToTimeSpan(),
        PurgeOnDelete = revisions.PurgeOnDelete,
    };

    public static DocumentRevision FromWire(V1.RevisionInfo revision) => new(
        revision.Revision,
        revision.Seqno,
        revision.Kind switch
        {
            V1.RevisionKind.Delete => DocumentRevisionKind.Delete,
            V1.RevisionKind.Expiry => DocumentRevisionKind.Expiry,
            _ => DocumentRevisionKind.Put,
        },
        revision.Collection,
        revision.ChangedAt?.ToDateTimeOffset() ?? default,
        revision.ContentBytes);

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
