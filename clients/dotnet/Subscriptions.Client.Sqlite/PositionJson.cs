using System.Text.Json.Serialization;

namespace Subscriptions.Client.Sqlite;

/// <summary>How earlier places are written down.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(IReadOnlyList<PartitionPosition>))]
internal sealed partial class PositionJson : JsonSerializerContext;
