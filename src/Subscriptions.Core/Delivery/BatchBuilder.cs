using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Delivery;

/// <summary>What one step of building came to.</summary>
/// <param name="Items">What is delivered; empty when the step found nothing.</param>
/// <param name="End">Where the reader is now.</param>
/// <param name="Scanned">How many changes were looked at.</param>
/// <param name="IsCaughtUp">True when nothing newer existed at the end of the step.</param>
public sealed record BuiltBatch(IReadOnlyList<Change> Items, ResumeToken End, int Scanned, bool IsCaughtUp)
{
    /// <summary>The size of the items and of what comes along, by <see cref="Change.Size"/>.</summary>
    public long Bytes { get; init; }

    /// <summary>The documents that come along.</summary>
    public IReadOnlyList<Change> Includes { get; init; } = [];
}

/// <summary>Decides on what matches: whether it goes into the batch that is being built.</summary>
public interface IBatchGate
{
    /// <summary>Whether an item goes into the batch; if not, it is taken care of elsewhere. Asked again of an item that did not fit.</summary>
    bool Admits(Change item);
}

/// <summary>
/// Builds batches: reads, applies the query, and stops at the limits. A batch is never held back to be filled: it ends where the log ends,
/// and, so that a rare match does not wait for the rest of a long scan, after a bounded number of changes and a bounded time, which matters
/// where a query's functions take long. Not thread-safe.
/// </summary>
/// <param name="feed">Where documents that come along are found.</param>
/// <param name="view">What is delivered of changes.</param>
/// <param name="gate">Has the last word; null: everything goes in.</param>
/// <param name="maxScanned">
/// How many changes may be looked at again after a kill: a step looks at a tenth of them while it finds nothing, and at less than half once it
/// has found something.
/// </param>
/// <param name="time">The clock; null for the system's.</param>
public sealed class BatchBuilder(ChangeFeed feed, IChangeView view, IBatchGate? gate, int maxScanned, TimeProvider? time = null)
{
    // Whoever waits for the batch, or for the thread, waits no longer than this and for the next few changes.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(500);
    private const int ChangesBetweenLooks = 8;

    private const int PageDocs = BatchContent.UsualCount;
    private const long PageBytes = 4 * 1024 * 1024;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// A batch may hold several versions of a document, as where every version is delivered. Otherwise it holds the newest that was read: a document that
    /// changes while the batch is built stands in it once.
    /// </summary>
    public bool KeepsVersions { get; init; }

    /// <summary>Carries out one step from where the reader is, and leaves the reader behind it.</summary>
    public async ValueTask<BuiltBatch> BuildAsync(FeedReader reader, SessionOptions options, CancellationToken cancellationToken)
    {
        var batch = new BatchContent(options, KeepsVersions);
        var includes = view.HasIncludes ? new BatchIncludes(feed, view) : null;
        var scanned = 0;
        var isCaughtUp = false;
        var began = _time.GetTimestamp();
        while (scanned < MostScanned(batch))
        {
            var limits = new ReadLimits(Math.Min(PageDocs, Math.Max(1, options.MaxDocs - batch.Items.Count)), PageBytes);
            var read = await reader.ReadAsync(limits, cancellationToken);
            isCaughtUp = read is null;
            if (read is not { } page) break;

            batch.Reads(page);
            var taken = includes is null
                ? Take(page.Page, batch, began)
                : await TakeWithIncludesAsync(page.Page, batch, includes, began, cancellationToken);
            scanned += taken;
            var isWhole = taken == page.Page.Changes.Count;
            if (!isWhole && taken == 0) break;

            reader.Advance(page, isWhole ? page.Page.LastSeqno : page.Page.Changes[taken - 1].Seqno);
            if (!isWhole || batch.Items.Count >= options.MaxDocs || IsOverdue(began)) break;
        }

        // A log in memory is read without waiting: others get their turn.
        if (IsOverdue(began)) await Task.Yield();

        return new BuiltBatch(batch.Items, reader.Token, scanned, isCaughtUp) { Bytes = batch.Bytes, Includes = includes?.Documents ?? [] };
    }

    // Little while nothing is found, so that the cursor can follow closely.
    private int MostScanned(BatchContent batch) => Math.Max(1, batch.Items.Count == 0 ? maxScanned / 10 : maxScanned * 4 / 10);

    // How many of the page's changes fit: all that are not delivered, and those that are until a limit is reached.
    private int Take(ChangePage page, BatchContent batch, long began)
    {
        var changes = page.Changes;
        for (var i = 0; i < changes.Count; i++)
        {
            if (i % ChangesBetweenLooks == ChangesBetweenLooks - 1 && IsOverdue(began)) return i;
            if (View(changes[i]) is not { } item) continue;
            if (!batch.HasRoomFor(item.Size)) return i;
            batch.Add(item, item.Size);
        }

        return changes.Count;
    }

    private async ValueTask<int> TakeWithIncludesAsync(
        ChangePage page, BatchContent batch, BatchIncludes includes, long began, CancellationToken cancellationToken)
    {
        var changes = page.Changes;
        for (var i = 0; i < changes.Count; i++)
        {
            if (i % ChangesBetweenLooks == ChangesBetweenLooks - 1 && IsOverdue(began)) return i;
            if (View(changes[i]) is not { } item) continue;

            if (!batch.HasRoomFor(item.Size)) return i;
            if (await includes.FindAsync(changes[i], batch.RoomBehind(item.Size), cancellationToken) is not { } more) return i;
            includes.Add(more);
            batch.Add(item, item.Size + more.Sum(d => (long)d.Size));
        }

        return changes.Count;
    }

    private bool IsOverdue(long began) => _time.GetElapsedTime(began) > LongestStep;

    private Change? View(Change change) => view.Apply(change) is { } item && gate?.Admits(item) != false ? item : null;
}
