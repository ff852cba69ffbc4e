using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.DeadLetters;

/// <summary>How failed items are shown.</summary>
/// <param name="isDue">They wait for another try; else they were given up.</param>
internal sealed class FailedItemView(bool isDue) : View<FailedItemInfo>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Column<FailedItemInfo>> Columns { get; } =
    [
        new("Id", item => item.Id),
        new("Seqno", item => Readable.Number(item.Seqno), IsNumber: true),
        new("Attempts", item => Readable.Number(item.Attempts), IsNumber: true),
        isDue
            ? new("Due", item => item.DueAt is { } at ? Readable.Instant(at) : "now")
            : new("Given up", item => item.LastFailedAt is { } at ? Readable.Instant(at) : "unknown"),
        new("Worker", item => item.WorkerName),
        new("Reason", item => item.Reason),
    ];

    /// <inheritdoc/>
    public override string None => isDue ? "nothing waits for another try" : "no dead letters";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Details(FailedItemInfo item) =>
        Columns.Select(column => (column.Title, column.Value(item)));

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, FailedItemInfo item)
    {
        json.WriteString("id", item.Id);
        json.WriteNumber("partition", item.Partition);
        json.WriteNumber("seqno", item.Seqno);
        json.WriteNumber("attempts", item.Attempts);
        json.WriteString("reason", item.Reason);
        json.WriteString("worker", item.WorkerName);
        if (item.FirstFailedAt is { } first) json.WriteString("firstFailedAt", first.UtcDateTime);
        if (item.LastFailedAt is { } last) json.WriteString("lastFailedAt", last.UtcDateTime);
        if (item.DueAt is { } due) json.WriteString("dueAt", due.UtcDateTime);
    }
}
