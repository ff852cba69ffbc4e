using System.Text.Json.Serialization;

namespace Subscriptions.Client;

/// <summary>How checkpoints are written down.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CheckpointFile))]
[JsonSerializable(typeof(CheckpointEntry))]
internal sealed partial class CheckpointJson : JsonSerializerContext
{
    public const int Version = 1;
}
