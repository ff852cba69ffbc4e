using System.Globalization;
using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>How partitions are shown.</summary>
internal sealed class PartitionView : View<PartitionStanding>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Column<PartitionStanding>> Columns { get; } =
    [
        new("Partition", item => item.Seqnos.Partition.ToString(CultureInfo.InvariantCulture), IsNumber: true),
        new("High seqno", item => Readable.Number(item.Seqnos.HighSeqno), IsNumber: true),
        new("Purged to", item => Readable.Number(item.Seqnos.PurgeSeqno), IsNumber: true),
        new("Branches, newest first", item => string.Join(", ", item.FailoverLog.Select(Describe))),
    ];

    /// <inheritdoc/>
    public override string None => "no partitions";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Details(PartitionStanding item) =>
        Columns.Select(column => (column.Title, column.Value(item)));

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, PartitionStanding item)
    {
        json.WriteNumber("partition", item.Seqnos.Partition);
        json.WriteNumber("highSeqno", item.Seqnos.HighSeqno);
        json.WriteNumber("purgeSeqno", item.Seqnos.PurgeSeqno);
        json.WriteString("branch", item.Seqnos.Branch);
        PartitionJson.Write(json, item.FailoverLog);
    }

    private static string Describe(BranchInfo branch) => $"{branch.Branch} from {Readable.Number(branch.StartSeqno)}";
}
