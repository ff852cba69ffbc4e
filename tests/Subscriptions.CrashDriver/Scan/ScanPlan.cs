using System.Globalization;
using Subscriptions.Core.Changes;

namespace Subscriptions.CrashDriver.Scan;

/// <summary>What a scan finds.</summary>
public static class ScanPlan
{
    /// <summary>How many documents there are.</summary>
    public const int Documents = 1_000_000;

    private const int OneIn = 10_000;

    /// <summary>How many of them match.</summary>
    public const int Matches = Documents / OneIn;

    /// <summary>A document's id.</summary>
    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"orders/{number:D7}");

    /// <summary>Whether a document matches.</summary>
    public static bool IsMatch(int number) => number % OneIn == OneIn / 2;

    /// <summary>How many changes lie up to a cursor, of documents that were written once.</summary>
    public static long SumOf(ResumeToken cursor) => cursor.Positions.Sum(p => p.Seqno);
}
