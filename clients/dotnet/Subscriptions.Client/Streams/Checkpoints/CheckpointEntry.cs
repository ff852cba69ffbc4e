using System.Text.Json.Serialization;

namespace Subscriptions.Client;

/// <summary>One partition, as it is written down; without a position, that it was claimed.</summary>
internal sealed record CheckpointEntry
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Partition { get; init; }

    public long Epoch { get; init; }

    [JsonPropertyName("position")]
    public PlaceEntry? Place { get; init; }

    [JsonPropertyName("earlier")]
    public IReadOnlyList<PlaceEntry>? EarlierPlaces { get; init; }

    [JsonIgnore]
    public PartitionPosition? Position => Place?.ToPosition();

    [JsonIgnore]
    public IReadOnlyList<PartitionPosition> EarlierPositions => [.. (EarlierPlaces ?? []).Select(place => place.ToPosition())];

    public static CheckpointEntry Of(int partition, long epoch, PartitionPosition? position, IReadOnlyList<PartitionPosition> earlier) => new()
    {
        Partition = partition,
        Epoch = epoch,
        Place = position is null ? null : PlaceEntry.Of(position),
        EarlierPlaces = earlier.Count == 0 ? null : [.. earlier.Select(PlaceEntry.Of)],
    };
}
