using Spectre.Console;
using Spectre.Console.Rendering;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>The picture of a watched subscription.</summary>
internal static class WatchScreen
{
    private const int NameWidth = 20;

    private static readonly Style SendStyle = new(Color.DodgerBlue1);
    private static readonly Style WaitStyle = new(Color.Orange1);

    /// <summary>The picture for a screen of this size.</summary>
    public static IRenderable Draw(WatchModel model, string database, int width, int height) =>
        new Rows(Lines(model, database, width, height).Select(l => l.ToParagraph()));

    /// <summary>The same, line by line; never more than fit.</summary>
    public static IReadOnlyList<WatchLine> Lines(WatchModel model, string database, int width, int height)
    {
        if (model.Figures is not { } figures) return [];

        List<WatchLine> lines = [.. Head(model, figures, database, width)];

        // Workers matter most, then what is with them, then what was: each has half of what is left, the last all of it.
        var room = Math.Max(0, height - 1 - lines.Count);
        lines.AddRange(Section(Workers(model, width), "Workers", "nobody works on it", width, Math.Max(4, room / 3)));
        room = Math.Max(0, height - 1 - lines.Count);
        var failures = Failures(model, width).ToList();
        var connections = Connections(model, width).ToList();
        var rest = (failures.Count > 0 ? 4 : 0) + Math.Min(connections.Count, 4) + 2;
        lines.AddRange(Section(Batches(model, width), BatchTitle, "none was sent yet", width, Math.Max(4, room - rest)));
        if (failures.Count > 0) lines.AddRange(Section(failures, "Failed items", "", width, 5));
        room = Math.Max(0, height - 1 - lines.Count);
        lines.AddRange(Section(connections, "Connections that are over", "none", width, room));
        return lines.Count < height ? lines : lines[..Math.Max(1, height - 1)];
    }

    private const string BatchTitle = "Batches";

    private static IEnumerable<WatchLine> Head(WatchModel model, SubscriptionFigures figures, string database, int width)
    {
        var active = figures.Workers.Count(w => w.State == ConnectionState.Active);
        var (state, tone) = figures switch
        {
            { Definition.Disabled: true } => ("disabled", Tone.Alarming),
            _ when active == 0 => ("nobody works on it", Tone.Warning),
            _ => ($"active, {Readable.Count(active, "worker")}", Tone.Pleasing),
        };
        yield return Line().Add(figures.Definition.Name, Tone.Strong).Add($"  in {database}  ", Tone.Quiet).Add(state, tone);
        yield return Line().Add(figures.Definition.Query.ReplaceLineEndings(" "), Tone.Quiet);
        if (figures.StoppedReason is { } why) yield return Line().Add($"stopped: {why}", Tone.Alarming);
        yield return Line();

        var scanRate = model.RateOf(f => f.Counts.Scanned);
        var lag = Label("lag").Add(Readable.Count(figures.Lag, "change"), figures.Lag == 0 ? Tone.Pleasing : Tone.Strong);
        if (figures.Lag > 0) lag.Add($", the oldest {Readable.Duration(figures.LagTime)} ago");
        if (figures.Lag > 0 && scanRate >= 1) lag.Add($", drains in about {Readable.Duration(TimeSpan.FromSeconds(Math.Min(figures.Lag / scanRate, 1e8)))}", Tone.Quiet);
        yield return lag;

        var counts = figures.Counts;
        yield return Label("sent").Add(Readable.Count(counts.Items, "item")).Add($"  {WatchWords.Rate(model.RateOf(f => f.Counts.Items))}", Tone.Pleasing)
            .Add($"  {Readable.Bytes(counts.Bytes)}, {Readable.Number(figures.ItemsInFlight)} in flight", Tone.Quiet);
        yield return Label("acked").Add(Readable.Count(counts.Acks, "batch", "batches"))
            .Add(figures.LastAckAt is { } at ? $", the last {Ago(model.Now - at)}" : ", none ever", Tone.Quiet);
        yield return Label("looked at").Add(Readable.Count(counts.Scanned, "change")).Add($"  {WatchWords.Rate(scanRate)}", Tone.Pleasing)
            .Add($"  {Readable.Number(counts.Filtered)} left out", Tone.Quiet);
        yield return Trouble(figures, Label("trouble"));
        yield return Label("cursor").Add(model.ChangeVector.Length > 0 ? model.ChangeVector : "the beginning", Tone.Quiet);
        if (model.Missed > 0) yield return Label("missed").Add($"{Readable.Count(model.Missed, "event")}: they come faster than they can be shown", Tone.Warning);

        WatchLine Line() => new(width);
        WatchLine Label(string name) => Line().Cell(name, 9, Tone.Quiet);
    }

    private static WatchLine Trouble(SubscriptionFigures figures, WatchLine line)
    {
        var counts = figures.Counts;
        (string Text, bool IsThere, Tone Tone)[] parts =
        [
            (Readable.Count(figures.DeadLetterCount, "dead letter"), figures.DeadLetterCount > 0, Tone.Alarming),
            (Readable.Count(figures.RetryCount, "retry", "retries"), figures.RetryCount > 0, Tone.Warning),
            ($"{Readable.Number(counts.Failed)} failed", counts.Failed > 0, Tone.Warning),
            ($"{Readable.Number(counts.Redelivered)} sent again", counts.Redelivered > 0, Tone.Warning),
            (Readable.Count(counts.Nacks, "nack"), counts.Nacks > 0, Tone.Warning),
            (Readable.Count(counts.ScriptErrors, "script error"), counts.ScriptErrors > 0, Tone.Alarming),
            (Readable.Count(counts.Rewinds, "rewind"), counts.Rewinds > 0, Tone.Alarming),
        ];
        var there = parts.Where(p => p.IsThere).ToList();
        if (there.Count == 0) return line.Add("none", Tone.Pleasing);
        foreach (var (part, i) in there.Select((part, i) => (part, i))) line.Add(i == 0 ? "" : ", ").Add(part.Text, part.Tone);
        return line;
    }

    private static IEnumerable<WatchLine> Section(IEnumerable<WatchLine> content, string title, string none, int width, int room)
    {
        if (room < 3) yield break;
        yield return new WatchLine(width);
        var heading = new WatchLine(width).Add(title, Tone.Strong);
        if (title == BatchTitle) heading.Add("   ").Add("█", SendStyle).Add(" sending  ", Tone.Quiet).Add("▒", WaitStyle).Add(" waiting for the ack", Tone.Quiet);
        yield return heading;

        var all = content.Take(room).ToList();
        if (all.Count == 0) yield return new WatchLine(width).Add(none, Tone.Quiet);
        foreach (var line in all.Take(room - 2)) yield return line;
    }

    private static IEnumerable<WatchLine> Workers(WatchModel model, int width)
    {
        foreach (var connection in model.Connected.OrderBy(c => c.State != ConnectionState.Active).ThenBy(c => c.PlaceInQueue))
        {
            var worker = connection.Worker;
            var tone = WatchWords.ToneOf(connection.State);
            var line = new WatchLine(width)
                .Add(connection.State == ConnectionState.Active ? "● " : "◌ ", tone)
                .Cell(worker.Name, NameWidth, Tone.Strong)
                .Cell(StrategyName.Of(worker.Strategy), 10, Tone.Quiet);
            if (connection.State != ConnectionState.Active)
            {
                var place = connection.PlaceInQueue > 0 ? $", place {connection.PlaceInQueue}" : "";
                yield return line.Add($"{WatchWords.Of(connection.State)}{place}, for {Readable.Duration(model.Now - connection.AskedAt)}", tone);
                continue;
            }

            var idle = model.Now - (connection.LastAckAt ?? connection.GrantedAt ?? connection.AskedAt);
            var hangs = worker.BatchesInFlight > 0 && idle > TimeSpan.FromSeconds(10);
            yield return line
                .Cell($"token {worker.FencingToken}", 10, Tone.Quiet)
                .Cell($"for {Readable.Duration(model.Now - (connection.GrantedAt ?? connection.AskedAt))}", 11)
                .Right(WatchWords.Rate(model.RateOf(connection)), 8, Tone.Pleasing)
                .Add($"{Readable.Count(worker.BatchesInFlight, "batch", "batches")} out", hangs ? Tone.Alarming : Tone.Plain)
                .Add(connection.LastAckAt is { } at ? $", last ack {Ago(model.Now - at)}" : ", no ack yet", hangs ? Tone.Alarming : Tone.Quiet);
        }
    }

    private static IEnumerable<WatchLine> Batches(WatchModel model, int width)
    {
        var batches = model.Batches.ToList();
        var barWidth = Math.Clamp(width - 92, 8, 40);
        var longest = batches.Take(20).Select(b => WatchWords.SendTime(b, model.Now) + WatchWords.WaitTime(b, model.Now)).DefaultIfEmpty().Max();
        foreach (var batch in batches)
        {
            var send = WatchWords.SendTime(batch, model.Now);
            var wait = WatchWords.WaitTime(batch, model.Now);
            var sendCells = Cells(send, longest, barWidth);
            var waitCells = Math.Min(Cells(wait, longest, barWidth), barWidth - sendCells);
            var again = batch.Attempt > 1 ? $", attempt {batch.Attempt}" : "";
            var why = batch.NackReason.Length > 0 ? $": {batch.NackReason}" : "";
            yield return new WatchLine(width)
                .Right($"#{batch.BatchId}", 6, Tone.Quiet)
                .Cell(batch.WorkerName, NameWidth - 6)
                .Right(Readable.Count(batch.Items, "item"), 11)
                .Right(Readable.Bytes(batch.Bytes), 10, Tone.Quiet)
                .Add(new string('█', sendCells), SendStyle)
                .Add(new string('▒', waitCells), WaitStyle)
                .Add(new string(' ', barWidth - sendCells - waitCells + 1))
                .Cell($"{Readable.Duration(send)} + {Readable.Duration(wait)}", 16, Tone.Quiet)
                .Add($"{WatchWords.Of(batch.State)}{again}{why}", WatchWords.ToneOf(batch.State));
        }
    }

    // What took any time at all is to be seen.
    private static int Cells(TimeSpan time, TimeSpan longest, int width) => time <= TimeSpan.Zero || longest <= TimeSpan.Zero
        ? 0
        : Math.Clamp((int)Math.Round(time / longest * width), 1, width);

    private static IEnumerable<WatchLine> Failures(WatchModel model, int width) => model.Failures.Select(f => new WatchLine(width)
        .Cell(Clock(f.At), 8, Tone.Quiet)
        .Cell(f.Id, NameWidth + 4, Tone.Strong)
        .Cell(f.WorkerName.Length > 0 ? f.WorkerName : "script", NameWidth)
        .Add($"{FateOf(f.Fate)}: {f.Reason}", f.Fate is ItemFate.DeadLettered or ItemFate.Stops ? Tone.Alarming : Tone.Warning));

    private static IEnumerable<WatchLine> Connections(WatchModel model, int width) => model.Over.Select(c => new WatchLine(width)
        .Cell(Clock(c.EndedAt!.Value), 8, Tone.Quiet)
        .Cell(c.Worker.Name, NameWidth, Tone.Strong)
        .Cell(StrategyName.Of(c.Worker.Strategy), 10, Tone.Quiet)
        .Add(WatchWords.Of(c.State), WatchWords.ToneOf(c.State))
        .Add(c.GrantedAt is { } at ? $" after {Readable.Duration(c.EndedAt!.Value - at)}, {Readable.Count(c.Batches, "batch", "batches")}, {Readable.Count(c.Items, "item")}" : "")
        .Add(c.EndMessage.Length > 0 ? $": {c.EndMessage}" : "", Tone.Quiet));

    private static string FateOf(ItemFate fate) => fate switch
    {
        ItemFate.Retried => "tried again",
        ItemFate.DeadLettered => "given up",
        ItemFate.Superseded => "changed meanwhile",
        ItemFate.Stops => "the subscription stops",
        _ => "failed",
    };

    private static string Ago(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? "just now" : $"{Readable.Duration(time)} ago";

    private static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
