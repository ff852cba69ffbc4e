using System.Text.Json;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Http.CouchDb.Databases;

/// <summary>What <c>GET /db</c> answers.</summary>
internal static class DatabaseDescription
{
    // Of CouchDB 3.
    private const int FormatVersion = 8;

    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, Database database, DocumentStatistics statistics)
    {
        var partitions = database.Feed.Partitions;
        json.WriteStartObject();
        json.WriteString("db_name"u8, database.Info.Name.Value);
        json.WriteString("purge_seq"u8, partitions.Sum(p => p.PurgeSeqno).ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("update_seq"u8, ResumeToken.Now(partitions).ToString());
        WriteSizes(json, statistics.DiskBytes);
        json.WriteStartObject("props"u8);
        json.WriteEndObject();
        json.WriteNumber("doc_del_count"u8, statistics.Tombstones);
        json.WriteNumber("doc_count"u8, statistics.Documents);
        json.WriteNumber("disk_format_version"u8, FormatVersion);
        json.WriteBoolean("compact_running"u8, false);
        WriteCluster(json, database.Info.PartitionCount);
        json.WriteString("instance_start_time"u8, database.InstanceStartTime());
        json.WriteEndObject();
    }

    // What the content alone takes is not counted.
    private static void WriteSizes(Utf8JsonWriter json, long bytes)
    {
        json.WriteStartObject("sizes"u8);
        json.WriteNumber("file"u8, bytes);
        json.WriteNumber("external"u8, bytes);
        json.WriteNumber("active"u8, bytes);
        json.WriteEndObject();
    }

    private static void WriteCluster(Utf8JsonWriter json, int partitions)
    {
        json.WriteStartObject("cluster"u8);
        json.WriteNumber("q"u8, partitions);
        json.WriteNumber("n"u8, 1);
        json.WriteNumber("w"u8, 1);
        json.WriteNumber("r"u8, 1);
        json.WriteEndObject();
    }
}
