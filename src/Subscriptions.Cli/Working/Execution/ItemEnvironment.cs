using System.Globalization;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working.Execution;

/// <summary>What a command is told of its item in the environment. The names are part of the program's contract: docs/cli.md.</summary>
internal static class ItemEnvironment
{
    // Linux takes 128 KiB a variable; a script's error says what matters at its beginning.
    private const int LongestError = 4096;

    /// <summary>Names and values. What was set for another item and is not set for this one is null.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Of(SubscriptionBatch batch, SubscriptionItem item) =>
    [
        new("SUBS_ID", item.Id),
        new("SUBS_COLLECTION", item.Collection),
        new("SUBS_KIND", ChangeKindName.Of(item.Kind)),
        new("SUBS_REVISION", item.Revision),
        new("SUBS_PARTITION", item.Partition.ToString(CultureInfo.InvariantCulture)),
        new("SUBS_SEQNO", item.Seqno.ToString(CultureInfo.InvariantCulture)),
        new("SUBS_ATTEMPT", item.Attempt.ToString(CultureInfo.InvariantCulture)),
        new("SUBS_BATCH", batch.BatchId.ToString(CultureInfo.InvariantCulture)),
        new("SUBS_FENCING_TOKEN", batch.FencingToken.ToString(CultureInfo.InvariantCulture)),
        new("SUBS_PREVIOUS_REVISION", item.PreviousRevision),
        new("SUBS_ERROR", ErrorOf(item)),
    ];

    /// <summary>Why an item cannot be told in an environment; null: it can.</summary>
    public static string? Obstacle(SubscriptionItem item)
    {
        // A variable ends at its first NUL: the command would deal with another document.
        return item.Id.Contains('\0', StringComparison.Ordinal) || item.Collection.Contains('\0', StringComparison.Ordinal)
            ? "its id or collection has a NUL character, which no environment variable can have"
            : null;
    }

    private static string? ErrorOf(SubscriptionItem item)
    {
        if (item.Error?.Replace('\0', ' ') is not { } error) return null;
        return error.Length > LongestError ? error[..LongestError] : error;
    }
}
