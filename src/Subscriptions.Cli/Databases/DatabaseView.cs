using System.Globalization;
using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Databases;

/// <summary>How databases are shown.</summary>
internal sealed class DatabaseView : View<DatabaseInfo>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Column<DatabaseInfo>> Columns { get; } =
    [
        new("Name", database => database.Name),
        new("Documents", database => Readable.Number(database.DocumentCount), IsNumber: true),
        new("Tombstones", database => Readable.Number(database.TombstoneCount), IsNumber: true),
        new("Partitions", database => Readable.Number(database.PartitionCount), IsNumber: true),
        new("Disk", database => Readable.Bytes(database.DiskBytes), IsNumber: true),
        new("Created", database => Readable.Instant(database.CreatedAt)),
    ];

    /// <inheritdoc/>
    public override string None => "no databases";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Details(DatabaseInfo item)
    {
        yield return ("name", item.Name);
        yield return ("created", Readable.Instant(item.CreatedAt));
        yield return ("documents", Readable.Number(item.DocumentCount));
        yield return ("tombstones", Readable.Number(item.TombstoneCount));
        yield return ("disk", Readable.Bytes(item.DiskBytes));
        if (item.Settings.MaxDocumentBytes is { } bytes) yield return ("largest document", Readable.Bytes(bytes));
        if (item.Settings.TombstoneRetention is { } retention) yield return ("tombstones kept for", Readable.Duration(retention));
        if (item.Settings.PurgeHold is { } hold) yield return ("and for subscriptions", $"{Readable.Duration(hold)} longer");
        if (item.RevisionCount > 0) yield return ("kept versions", Readable.Number(item.RevisionCount));
        foreach (var revisions in item.Settings.Revisions) yield return ($"revisions of {revisions.Collection}", Describe(revisions));
        yield return ("partitions", Readable.Number(item.PartitionCount));
        foreach (var partition in item.Partitions)
        {
            var branches = string.Join(", ", partition.FailoverLog.Select(branch => $"{branch.Branch} from {Readable.Number(branch.StartSeqno)}"));
            yield return (
                string.Create(CultureInfo.InvariantCulture, $"  p{partition.Partition}"),
                $"seqno {Readable.Number(partition.HighSeqno)}, purged to {Readable.Number(partition.PurgeSeqno)}; branches {branches}");
        }
    }

    /// <summary>What is kept of a collection, such as "kept, at most 5 of a document".</summary>
    public static string Describe(CollectionRevisions revisions)
    {
        var parts = new List<string> { revisions.IsEnabled ? "versions are kept" : "no new versions are kept" };
        if (revisions.MaxCount is { } count) parts.Add($"at most {Readable.Number(count)} of a document");
        if (revisions.MaxAge is { } age) parts.Add($"for {Readable.Duration(age)} after they were replaced");
        if (revisions.PurgeOnDelete) parts.Add("removed when it is deleted");
        return string.Join(", ", parts);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, DatabaseInfo item)
    {
        json.WriteString("name", item.Name);
        json.WriteNumber("partitionCount", item.PartitionCount);
        json.WriteNumber("documentCount", item.DocumentCount);
        json.WriteNumber("tombstoneCount", item.TombstoneCount);
        json.WriteNumber("revisionCount", item.RevisionCount);
        json.WriteNumber("diskBytes", item.DiskBytes);
        json.WriteString("createdAt", item.CreatedAt.UtcDateTime);
        json.WriteStartObject("settings");
        if (item.Settings.MaxDocumentBytes is { } bytes) json.WriteNumber("maxDocumentBytes", bytes);
        if (item.Settings.TombstoneRetention is { } retention) json.WriteNumber("tombstoneRetentionSeconds", (long)retention.TotalSeconds);
        if (item.Settings.PurgeHold is { } hold) json.WriteNumber("purgeHoldSeconds", (long)hold.TotalSeconds);
        json.WriteStartArray("revisions");
        foreach (var revisions in item.Settings.Revisions) WriteRevisions(json, revisions);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("partitions");
        foreach (var partition in item.Partitions) WritePartition(json, partition);
        json.WriteEndArray();
    }

    private static void WriteRevisions(Utf8JsonWriter json, CollectionRevisions revisions)
    {
        json.WriteStartObject();
        json.WriteString("collection", revisions.Collection);
        json.WriteBoolean("enabled", revisions.IsEnabled);
        if (revisions.MaxCount is { } count) json.WriteNumber("maxCount", count);
        if (revisions.MaxAge is { } age) json.WriteNumber("maxAgeSeconds", (long)age.TotalSeconds);
        json.WriteBoolean("purgeOnDelete", revisions.PurgeOnDelete);
        json.WriteEndObject();
    }

    private static void WritePartition(Utf8JsonWriter json, PartitionInfo partition)
    {
        json.WriteStartObject();
        json.WriteNumber("partition", partition.Partition);
        json.WriteNumber("highSeqno", partition.HighSeqno);
        json.WriteNumber("purgeSeqno", partition.PurgeSeqno);
        json.WriteStartArray("failoverLog");
        foreach (var branch in partition.FailoverLog)
        {
            json.WriteStartObject();
            json.WriteString("branch", branch.Branch);
            json.WriteNumber("startSeqno", branch.StartSeqno);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
