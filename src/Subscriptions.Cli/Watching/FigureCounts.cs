using System.Text.Json;
using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>Counts as JSON, the same wherever they stand.</summary>
internal static class FigureCounts
{
    /// <summary>Writes the counts as an object.</summary>
    public static void WriteJson(Utf8JsonWriter json, string name, DeliveryCounts counts)
    {
        json.WriteStartObject(name);
        json.WriteNumber("batches", counts.Batches);
        json.WriteNumber("items", counts.Items);
        json.WriteNumber("redelivered", counts.Redelivered);
        json.WriteNumber("bytes", counts.Bytes);
        json.WriteNumber("scanned", counts.Scanned);
        json.WriteNumber("filtered", counts.Filtered);
        json.WriteNumber("acks", counts.Acks);
        json.WriteNumber("nacks", counts.Nacks);
        json.WriteNumber("failed", counts.Failed);
        json.WriteNumber("retried", counts.Retried);
        json.WriteNumber("deadLettered", counts.DeadLettered);
        json.WriteNumber("scriptErrors", counts.ScriptErrors);
        json.WriteNumber("rewinds", counts.Rewinds);
        json.WriteEndObject();
    }
}
