using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery;

/// <summary>What one step of building came to.</summary>
/// <param name="Items">The changes that match; empty when the scan found none.</param>
/// <param name="Start">Where the reader was before the step.</param>
/// <param name="End">Where it is now.</param>
/// <param name="Scanned">How many changes were looked at.</param>
/// <param name="IsCaughtUp">True when nothing newer existed at the end of the step.</param>
public sealed record BuiltBatch(IReadOnlyList<Change> Items, ResumeToken Start, ResumeToken End, int Scanned, bool IsCaughtUp)
{
    /// <summary>The size of the items by <see cref="Change.Size"/>.</summary>
    public long Bytes { get; init; }
}

/// <summary>
/// Builds batches: reads, filters, and stops at the limits. A batch is never held back to be filled: it ends where the log ends, and, so
/// that a rare match does not wait for the rest of a long scan, after a bounded number of changes. Not thread-safe.
/// </summary>
public sealed class BatchBuilder(FeedReader reader, IMatcher matcher, SessionOptions options, int maxScanned)
{
    private const int PageDocs = 512;
    private const long PageBytes = 4 * 1024 * 1024;

    /// <summary>Carries out one step from where the reader is.</summary>
    public async ValueTask<BuiltBatch> BuildAsync(CancellationToken cancellationToken)
    {
        var start = reader.Token;
        var items = new List<Change>(Math.Min(options.MaxDocs, PageDocs));
        var bytes = 0L;
        var scanned = 0;
        while (scanned < maxScanned)
        {
            var limits = new ReadLimits(Math.Min(PageDocs, Math.Max(1, options.MaxDocs - items.Count)), PageBytes);
            var read = await reader.ReadAsync(limits, cancellationToken);
            if (read is not { } page) return new BuiltBatch(items, start, reader.Token, scanned, IsCaughtUp: true) { Bytes = bytes };

            var taken = Take(page.Page, items, ref bytes);
            scanned += taken;
            var isWhole = taken == page.Page.Changes.Count;
            if (!isWhole && taken == 0) break;

            reader.Advance(page, isWhole ? page.Page.LastSeqno : page.Page.Changes[taken - 1].Seqno);
            if (!isWhole || items.Count >= options.MaxDocs) break;
        }

        return new BuiltBatch(items, start, reader.Token, scanned, IsCaughtUp: false) { Bytes = bytes };
    }

    // How many of the page's changes fit: all that do not match, and those that match until a limit is reached.
    private int Take(ChangePage page, List<Change> items, ref long bytes)
    {
        var changes = page.Changes;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (!matcher.Matches(change)) continue;

            var isFull = items.Count > 0 && (items.Count >= options.MaxDocs || bytes + change.Size > options.MaxBytes);
            if (isFull) return i;
            items.Add(change);
            bytes += change.Size;
        }

        return changes.Count;
    }
}
