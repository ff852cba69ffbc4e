using System.Text.Json.Serialization;

namespace Subscriptions.Client;

/// <summary>A whole file.</summary>
internal sealed record CheckpointFile(
    [property: JsonRequired] int Version,
    [property: JsonRequired] string Database,
    [property: JsonRequired] string Consumer,
    [property: JsonRequired] IReadOnlyList<CheckpointEntry> Partitions);
