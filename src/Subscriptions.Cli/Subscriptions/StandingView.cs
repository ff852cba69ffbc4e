using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Watching;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>A subscription, and what the server has counted since it started.</summary>
/// <param name="Info">The subscription.</param>
/// <param name="Figures">How it is doing.</param>
internal sealed record Standing(SubscriptionInfo Info, SubscriptionFigures Figures);

/// <summary>How one subscription is shown with its figures.</summary>
internal sealed class StandingView : View<Standing>
{
    private readonly SubscriptionView _subscription = new();

    /// <inheritdoc/>
    public override IReadOnlyList<Column<Standing>> Columns =>
        [.. _subscription.Columns.Select(c => new Column<Standing>(c.Title, standing => c.Value(standing.Info), c.IsNumber))];

    /// <inheritdoc/>
    public override string None => _subscription.None;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Details(Standing item)
    {
        foreach (var detail in _subscription.Details(item.Info)) yield return detail;

        var counts = item.Figures.Counts;
        if (item.Figures.Lag > 0) yield return ("oldest change above", $"{Readable.Duration(item.Figures.LagTime)} old");
        if (counts.Failed + counts.Nacks + counts.ScriptErrors > 0)
        {
            yield return ("failed", $"{Readable.Count(counts.Failed, "item")}, {Readable.Number(counts.DeadLettered)} given up; "
                + $"{Readable.Count(counts.Nacks, "batch", "batches")} sent back, {Readable.Count(counts.ScriptErrors, "script error")}");
        }
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, Standing item)
    {
        _subscription.WriteJson(json, item.Info);
        json.WriteNumber("lagSeconds", item.Figures.LagTime.TotalSeconds);
        FigureCounts.WriteJson(json, "counts", item.Figures.Counts);
    }
}
