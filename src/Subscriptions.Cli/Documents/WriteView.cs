using System.Text.Json;
using Subscriptions.Client;

namespace Subscriptions.Cli.Documents;

/// <summary>How the result of a write is shown to programs.</summary>
internal static class WriteView
{
    /// <summary>Writes what a write did to a document.</summary>
    public static void WriteJson(Utf8JsonWriter json, string id, WriteResult result)
    {
        json.WriteString("id", id);
        json.WriteString("revision", result.Revision);
        json.WriteNumber("partition", result.Partition);
        json.WriteNumber("seqno", result.Seqno);
    }
}
