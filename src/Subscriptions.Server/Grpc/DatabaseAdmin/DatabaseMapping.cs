using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DatabaseAdmin;

/// <summary>Databases on the wire.</summary>
internal static class DatabaseMapping
{
    /// <summary>The settings that a caller asks for, with the defaults filled in; not checked.</summary>
    public static DatabaseSettings ToSettings(Wire.DatabaseSettings? wire)
    {
        var settings = new DatabaseSettings();
        if (wire is null) return settings;

        settings = settings with { Revisions = RevisionMapping.ToSettings(wire.Revisions, "settings.revisions") };
        if (wire.HasMaxDocumentBytes) settings = settings with { MaxDocumentBytes = wire.MaxDocumentBytes };
        if (wire.PurgeHold is { } hold) settings = settings with { PurgeHold = WireTime.ToTimeSpan(hold, "settings.purge_hold") };
        return wire.TombstoneRetention is { } retention
            ? settings with { TombstoneRetention = WireTime.ToTimeSpan(retention, "settings.tombstone_retention") }
            : settings;
    }

    /// <summary>A database and where it stands now.</summary>
    public static async ValueTask<Wire.Database> ToWireAsync(Database database, CancellationToken cancellationToken)
    {
        var statistics = await database.GetStatisticsAsync(cancellationToken);
        var info = database.Info;
        var wire = new Wire.Database
        {
            Name = info.Name.Value,
            PartitionCount = info.PartitionCount,
            Settings = new Wire.DatabaseSettings
            {
                MaxDocumentBytes = info.Settings.MaxDocumentBytes,
                TombstoneRetention = Duration.FromTimeSpan(info.Settings.TombstoneRetention),
                PurgeHold = info.Settings.PurgeHold == TimeSpan.Zero ? null : Duration.FromTimeSpan(info.Settings.PurgeHold),
            },
            CreatedAt = Timestamp.FromDateTimeOffset(info.CreatedAt),
            DocumentCount = statistics.Documents,
            TombstoneCount = statistics.Tombstones,
            DiskBytes = statistics.DiskBytes,
            RevisionCount = statistics.Revisions,
        };
        foreach (var (collection, revisions) in info.Settings.Revisions.Collections)
            wire.Settings.Revisions.Add(RevisionMapping.ToWire(collection, revisions));
        foreach (var partition in database.Feed.Partitions) wire.Partitions.Add(ToWire(partition));
        return wire;
    }

    /// <summary>A partition's branches.</summary>
    public static IEnumerable<Wire.FailoverLogEntry> ToWire(FailoverLog log) =>
        log.Entries.Select(e => new Wire.FailoverLogEntry { Branch = e.Branch.ToString(), StartSeqno = e.StartSeqno });

    private static Wire.PartitionStatus ToWire(PartitionState partition)
    {
        var wire = new Wire.PartitionStatus
        {
            Partition = partition.Partition,
            HighSeqno = partition.HighSeqno,
            PurgeSeqno = partition.PurgeSeqno,
        };
        wire.FailoverLog.Add(ToWire(partition.FailoverLog));
        return wire;
    }
}
