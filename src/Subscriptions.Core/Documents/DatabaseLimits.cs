using System.Globalization;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Documents;

/// <summary>What a database may be created with. Checked once, before it reaches a store.</summary>
public static class DatabaseLimits
{
    /// <summary>The most partitions.</summary>
    public const int MaxPartitions = 1024;

    /// <summary>The least that <see cref="DatabaseSettings.MaxDocumentBytes"/> may be: 1 KiB.</summary>
    public const int LeastMaxDocumentBytes = 1024;

    /// <summary>The most that <see cref="DatabaseSettings.MaxDocumentBytes"/> may be: 64 MiB.</summary>
    public const int MostMaxDocumentBytes = 64 * 1024 * 1024;

    /// <summary>The least retention of tombstones.</summary>
    public static readonly TimeSpan LeastTombstoneRetention = TimeSpan.FromMinutes(1);

    /// <summary>The longest retention of tombstones: one hundred years of 365 days.</summary>
    public static readonly TimeSpan MostTombstoneRetention = TimeSpan.FromDays(36_500);

    /// <summary>The longest time for which a purge waits: ten years of 365 days.</summary>
    public static readonly TimeSpan MostPurgeHold = TimeSpan.FromDays(3_650);

    /// <summary>Checks what a database is to be created with.</summary>
    /// <param name="partitionCount">From 1 to <see cref="MaxPartitions"/>.</param>
    /// <param name="settings">The settings.</param>
    /// <exception cref="InvalidInputException">A value is outside its limits; the message names field, value and limit.</exception>
    public static void Check(int partitionCount, DatabaseSettings settings)
    {
        CheckRange("partition_count", partitionCount, 1, MaxPartitions);
        CheckRange("settings.max_document_bytes", settings.MaxDocumentBytes, LeastMaxDocumentBytes, MostMaxDocumentBytes);

        RevisionLimits.Check(settings.Revisions, "settings.revisions");

        var hold = settings.PurgeHold;
        if (hold < TimeSpan.Zero || hold > MostPurgeHold)
            throw new InvalidInputException("settings.purge_hold", hold.ToString("c", CultureInfo.InvariantCulture), "is outside 0 to 3,650 days");

        var retention = settings.TombstoneRetention;
        if (retention >= LeastTombstoneRetention && retention <= MostTombstoneRetention) return;
        throw new InvalidInputException(
            "settings.tombstone_retention", retention.ToString("c", CultureInfo.InvariantCulture), "is outside 1 minute to 36,500 days");
    }

    private static void CheckRange(string field, int value, int least, int most)
    {
        if (value >= least && value <= most) return;
        throw new InvalidInputException(field, value.ToString(CultureInfo.InvariantCulture), $"is outside {least} to {most}");
    }
}
