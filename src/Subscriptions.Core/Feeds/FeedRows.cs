using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Feeds;

/// <summary>
/// Rows of a feed, and where it is at each of them. Whoever gets them goes through them in order, once, and moves to each before asking
/// where it is.
/// </summary>
public readonly struct FeedRows
{
    private readonly IFeedSource _source;
    private readonly FeedPage _page;

    internal FeedRows(IReadOnlyList<Change> changes, IFeedSource source, FeedPage page, bool isWholePage)
    {
        IsWholePage = isWholePage;
        Changes = changes;
        _source = source;
        _page = page;
    }

    /// <summary>The rows.</summary>
    public IReadOnlyList<Change> Changes { get; }

    /// <summary>
    /// Whether <see cref="Changes"/> are all that was read: others who read on from the same place are given the same object. Else they are this feed's
    /// own, for as long as it writes them.
    /// </summary>
    public bool IsWholePage { get; }

    /// <summary>The most bytes that a position takes as text.</summary>
    public int MaxTokenBytes => ResumeTokenText.MaxBytes(_source.Positions.Length);

    /// <summary>Where the feed is: after the row that was moved to last, or before the first.</summary>
    public ResumeToken Token => _source.Token;

    /// <summary>Goes on to a row.</summary>
    public void MoveTo(Change change) => _source.MoveTo(_page, change.Seqno);

    /// <summary>Writes where the feed is, as <see cref="ResumeToken.ToString"/> has it, in ASCII.</summary>
    /// <param name="text">At least <see cref="MaxTokenBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public int WriteToken(Span<byte> text) => ResumeTokenText.Write(_source.Positions, text);
}
