using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Feeds;

/// <summary>Reads where a feed is to begin or to end, as its users write it.</summary>
public static class FeedSince
{
    /// <summary>The newest change.</summary>
    public const string Now = "now";

    /// <summary>
    /// Reads a place: <c>0</c> (the beginning), <c>now</c>, a resume token, or, in a database of one partition, the number of a change. JSON's quotation
    /// marks around it do not matter.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="partitions">Where the database's partitions stand.</param>
    /// <param name="field">How the caller knows the text.</param>
    /// <exception cref="InvalidInputException">It is none of these, or a number in a database of several partitions.</exception>
    public static ResumeToken Parse(string text, IReadOnlyList<PartitionState> partitions, string field)
    {
        ReadOnlySpan<char> place = text;
        if (place.Length >= 2 && place[0] == '"' && place[^1] == '"') place = place[1..^1];
        if (place is Now) return ResumeToken.Now(partitions);
        if (ResumeToken.TryParse(place, out var token)) return token;
        if (!long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var seqno))
            throw new InvalidInputException(field, text, "is not a position: it must be 0, now, or what this server gave as seq, last_seq or resume token");
        if (partitions.Count > 1)
        {
            throw new InvalidInputException(
                field, text, $"is a bare number, which says nothing in a database of {partitions.Count} partitions; use the whole position that the server gave");
        }

        // A bare number says neither which branch it is of nor which purges were seen; the one is taken for the newest, the other for none.
        return new ResumeToken([new Position(0, partitions[0].FailoverLog.Current, seqno, seqno, seqno, 0)]);
    }
}
