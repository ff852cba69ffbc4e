using System.Text.Json.Serialization;

namespace Subscriptions.Client;

/// <summary>How a group is written down.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GroupTable))]
[JsonSerializable(typeof(GroupBeat))]
internal sealed partial class GroupJson : JsonSerializerContext;
