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
        yield return ("partitions", Readable.Number(item.PartitionCount));
        foreach (var partition in item.Partitions)
        {
            var branches = string.Join(", ", partition.FailoverLog.Select(branch => $"{branch.Branch} from {Readable.Number(branch.StartSeqno)}"));
            yield return (
                string.Create(CultureInfo.InvariantCulture, $"  p{partition.Partition}"),
                $"seqno {Readable.Number(partition.HighSeqno)}, purged to {Readable.Number(partition.PurgeSeqno)}; branches {branches}");
        }
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, DatabaseInfo item)
    {
        json.WriteString("name", item.Name);
        json.WriteNumber("partitionCount", item.PartitionCount);
        json.WriteNumber("documentCount", item.DocumentCount);
        json.WriteNumber("tombstoneCount", item.TombstoneCount);
        json.WriteNumber("diskBytes", item.DiskBytes);
        json.WriteString("createdAt", item.CreatedAt.UtcDateTime);
        json.WriteStartObject("settings");
        if (item.Settings.MaxDocumentBytes is { } bytes) json.WriteNumber("maxDocumentBytes", bytes);
        if (item.Settings.TombstoneRetention is { } retention) json.WriteNumber("tombstoneRetentionSeconds", (long)retention.TotalSeconds);
        json.WriteEndObject();
        json.WriteStartArray("partitions");
        foreach (var partition in item.Partitions) WritePartition(json, partition);
        json.WriteEndArray();
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
