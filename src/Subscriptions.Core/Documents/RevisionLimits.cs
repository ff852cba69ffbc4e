using System.Globalization;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Documents;

/// <summary>What revision settings may be. Checked once, before they reach a store.</summary>
public static class RevisionLimits
{
    /// <summary>The most collections with settings of their own in one database.</summary>
    public const int MaxCollections = 1000;

    /// <summary>The most that <see cref="CollectionRevisions.MaxCount"/> may be.</summary>
    public const int MostMaxCount = 1_000_000_000;

    /// <summary>The least that <see cref="CollectionRevisions.MaxAge"/> may be.</summary>
    public static readonly TimeSpan LeastMaxAge = TimeSpan.FromSeconds(1);

    /// <summary>The most that <see cref="CollectionRevisions.MaxAge"/> may be: one hundred years of 365 days.</summary>
    public static readonly TimeSpan MostMaxAge = TimeSpan.FromDays(36_500);

    /// <summary>Checks the settings of all collections.</summary>
    /// <exception cref="InvalidInputException">Something is outside its limits; the message names field, value and limit.</exception>
    public static void Check(RevisionSettings settings, string field)
    {
        CheckCount(settings, field);
        foreach (var (collection, revisions) in settings.Collections) Check(collection, revisions, $"{field}[{collection}]");
    }

    /// <summary>Checks how many collections have settings of their own.</summary>
    /// <exception cref="InvalidInputException">There are more than <see cref="MaxCollections"/>.</exception>
    public static void CheckCount(RevisionSettings settings, string field)
    {
        if (settings.Collections.Count <= MaxCollections) return;
        var count = settings.Collections.Count.ToString(CultureInfo.InvariantCulture);
        throw new InvalidInputException(field, count, $"collections are too many; at most {MaxCollections} have settings of their own");
    }

    /// <summary>Checks one collection's settings.</summary>
    /// <param name="collection">A collection, or <see cref="RevisionSettings.AllDocuments"/>.</param>
    /// <param name="revisions">Its settings; null: none.</param>
    /// <param name="field">How the caller knows the settings.</param>
    /// <exception cref="InvalidInputException">Something is outside its limits; the message names field, value and limit.</exception>
    public static void Check(string collection, CollectionRevisions? revisions, string field)
    {
        if (collection != RevisionSettings.AllDocuments) DocumentLimits.CheckCollection(collection, field + ".collection");
        if (revisions?.MaxCount is { } count and (< 1 or > MostMaxCount))
        {
            throw new InvalidInputException(
                field + ".max_count", count.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {MostMaxCount}; leave it out for no limit");
        }

        if (revisions?.MaxAge is { } age && (age < LeastMaxAge || age > MostMaxAge))
        {
            throw new InvalidInputException(
                field + ".max_age", age.ToString("c", CultureInfo.InvariantCulture), "is outside 1 second to 36,500 days; leave it out for no limit");
        }
    }
}
