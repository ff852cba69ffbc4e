using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Feeds;

/// <summary>Finds what of pages concerns one reader. Not thread-safe.</summary>
/// <param name="view">What the reader gets to see of a change; null: everything.</param>
/// <param name="time">The clock.</param>
internal sealed class PageMatcher(IChangeView? view, TimeProvider time)
{
    // Others wait for their turn meanwhile.
    private static readonly TimeSpan LongTurn = TimeSpan.FromMilliseconds(5);

    private readonly List<Change> _matches = [];

    /// <summary>Whether functions in JavaScript decide.</summary>
    public bool RunsScripts => view is { RunsScripts: true };

    /// <summary>The one collection that can match; null: any.</summary>
    public string? Collection => view?.Collection;

    /// <summary>
    /// Looks through a page: not beyond the last row that the reader has room for, which is the next reader's, nor for long, where scripts run.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="room">The most rows, at least one.</param>
    /// <param name="lastSeqno">How far it was looked through.</param>
    /// <returns>The page's own changes when all of them match; else a list that the next call uses again.</returns>
    public IReadOnlyList<Change> Match(ChangePage page, long room, out long lastSeqno)
    {
        lastSeqno = page.LastSeqno;
        if (view is null && page.Changes.Count < room) return page.Changes;

        _matches.Clear();
        var began = time.GetTimestamp();
        foreach (var change in page.Changes)
        {
            if ((view is null ? change : view.Apply(change)) is { } row) _matches.Add(row);

            var isEnough = _matches.Count == room || (RunsScripts && time.GetElapsedTime(began) > LongTurn);
            if (!isEnough) continue;

            lastSeqno = change.Seqno;
            break;
        }

        return _matches;
    }
}
