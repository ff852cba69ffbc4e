using System.Text.Json;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>What JSON about partitions has in common.</summary>
internal static class PartitionJson
{
    /// <summary>Writes <c>failoverLog</c>, newest first.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<BranchInfo> log)
    {
        json.WriteStartArray("failoverLog");
        foreach (var branch in log)
        {
            json.WriteStartObject();
            json.WriteString("branch", branch.Branch);
            json.WriteNumber("startSeqno", branch.StartSeqno);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
