using System.Globalization;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>Pages of subscriptions, in the order of their normalized names.</summary>
internal static class SubscriptionPaging
{
    /// <summary>The most subscriptions of a page.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>Cuts a page.</summary>
    /// <param name="entries">The subscriptions that are meant, in any order.</param>
    /// <param name="pageSize">From 1 to <see cref="MaxPageSize"/>; 0: as many.</param>
    /// <param name="pageToken">Of the page before; empty: from the beginning.</param>
    /// <exception cref="InvalidInputException">The size is outside its range, or the token none.</exception>
    public static SubscriptionPage Cut(IEnumerable<SubscriptionEntry> entries, int pageSize, string pageToken)
    {
        if (pageSize is < 0 or > MaxPageSize)
            throw new InvalidInputException("page_size", pageSize.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {MaxPageSize}; 0 means {MaxPageSize}");
        var size = pageSize == 0 ? MaxPageSize : pageSize;
        var after = PageToken.Read(pageToken);

        // One more than the page has tells whether there is another.
        var found = entries
            .Select(entry => (Key: SubscriptionDefinition.NormalizeName(entry.Definition.Name), Entry: entry))
            .Where(found => after.Length == 0 || string.CompareOrdinal(found.Key, after) > 0)
            .OrderBy(found => found.Key, StringComparer.Ordinal)
            .Take(size + 1)
            .ToList();
        return found.Count <= size
            ? new SubscriptionPage([.. found.Select(f => f.Entry)], "")
            : new SubscriptionPage([.. found.Take(size).Select(f => f.Entry)], PageToken.Write(found[size - 1].Key));
    }
}
