using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A document's versions before one of them are to be forgotten.</summary>
/// <param name="Id">The document.</param>
/// <param name="BeforeKey">That one.</param>
/// <param name="UpToOrdinal">Of them only those that have at most this number in the document's series of kept versions.</param>
internal readonly record struct RevisionCut(string Id, long BeforeKey, long UpToOrdinal = long.MaxValue);

/// <summary>Which versions exceed their limits, as far as one look reached.</summary>
/// <param name="Settings">The settings that it was found by.</param>
/// <param name="Cuts">What is to be forgotten.</param>
/// <param name="Examined">How far partitions have been looked through once the cuts are made.</param>
internal sealed record RevisionTrimPlan(
    RevisionSettings Settings, IReadOnlyList<RevisionCut> Cuts, IReadOnlyList<(int Partition, long Seqno)> Examined)
{
    public bool IsEmpty => Cuts.Count == 0 && Examined.Count == 0;
}

/// <summary>
/// Finds versions that exceed their limits, in a snapshot of its own so that the writer only has to delete. Age is found by an index. For the other
/// limits each kept version is looked at once, in the order in which they were written, because only a new version can put older ones in excess; how
/// far that went is stored.
/// </summary>
internal static class RevisionCuts
{
    private const int ExaminedRows = 2000;
    private const int MaxCuts = 256;

    private const string BehindSql =
        "select partition, trimmed_seqno, high_seqno from partition where trimmed_seqno < high_seqno order by partition";

    private const string ScanSql =
        "select key, id, collection, ordinal, kind from revision where key > ?1 and key <= ?2 and is_base = 0 order by key limit ?3";

    private const string OldestOrdinalSql = "select ordinal from revision where id = ?1 and key < ?2 order by key limit 1";
    private const string CollectionsSql =
        "select collection from revision where previous is not null and collection > ?1 order by collection limit 1";

    private const string AgedSql =
        "select key, id from revision where collection = ?1 and changed_at < ?2 and previous is not null order by changed_at, key limit ?3";

    /// <summary>Looks on.</summary>
    public static RevisionTrimPlan Find(SqliteConnection connection, (RevisionSettings Settings, DateTimeOffset Now) wanted)
    {
        var cuts = new List<RevisionCut>();
        var examined = new List<(int, long)>();
        FindAged(connection, wanted.Settings, wanted.Now, cuts);
        if (cuts.Count < MaxCuts && wanted.Settings.Collections.Values.Any(c => c.MaxCount is not null || c.PurgeOnDelete))
            Examine(connection, wanted.Settings, cuts, examined);
        return new RevisionTrimPlan(wanted.Settings, cuts, examined);
    }

    private static void FindAged(SqliteConnection connection, RevisionSettings settings, DateTimeOffset now, List<RevisionCut> cuts)
    {
        if (settings.Collections.Values.All(c => c.MaxAge is null)) return;
        foreach (var collection in ListCollections(connection))
        {
            if (settings.Of(collection)?.MaxAge is not { } age) continue;
            var aged = connection.Prepare(AgedSql);
            aged.Bind(1, collection);
            aged.Bind(2, (now - age).ToUnixTimeMilliseconds());
            aged.Bind(3, MaxCuts - cuts.Count);
            while (aged.Step()) cuts.Add(new RevisionCut(Encoding.UTF8.GetString(aged.Blob(1)), aged.Int64(0)));
            aged.Reset();
            if (cuts.Count >= MaxCuts) return;
        }
    }

    // One step in the index for each collection, however many versions each has.
    private static List<string> ListCollections(SqliteConnection connection)
    {
        var collections = new List<string>();
        var next = connection.Prepare(CollectionsSql);
        next.Bind(1, "");
        while (next.Step())
        {
            collections.Add(next.Text(0));
            next.Reset();
            next.Bind(1, collections[^1]);
        }

        next.Reset();
        return collections;
    }

    private static void Examine(
        SqliteConnection connection, RevisionSettings settings, List<RevisionCut> cuts, List<(int Partition, long Seqno)> examined)
    {
        var left = ExaminedRows;
        foreach (var (partition, trimmed, high) in ListBehind(connection))
        {
            var scan = connection.Prepare(ScanSql);
            scan.Bind(1, ChangeKey.Of(partition, trimmed));
            scan.Bind(2, ChangeKey.Of(partition, high));
            scan.Bind(3, left);
            var last = trimmed;
            var wasCutShort = false;
            while (!wasCutShort && scan.Step())
            {
                left--;
                last = ChangeKey.Seqno(scan.Int64(0));
                Examine(connection, settings, scan, cuts);
                wasCutShort = cuts.Count >= MaxCuts;
            }

            scan.Reset();
            wasCutShort |= left == 0;
            examined.Add((partition, wasCutShort ? last : high));
            if (wasCutShort) return;
        }
    }

    private static void Examine(SqliteConnection connection, RevisionSettings settings, SqliteStatement row, List<RevisionCut> cuts)
    {
        if (settings.Of(row.Text(2)) is not { } limits) return;

        var isCleared = limits.PurgeOnDelete && (ChangeKind)row.Int64(4) != ChangeKind.Put;
        var upTo = isCleared ? long.MaxValue : row.Int64(3) - (limits.MaxCount ?? long.MaxValue);
        if (upTo <= 0) return;

        var oldest = connection.Prepare(OldestOrdinalSql);
        oldest.Bind(1, row.Blob(1));
        oldest.Bind(2, row.Int64(0));
        if (oldest.Step() && oldest.Int64(0) <= upTo) cuts.Add(new RevisionCut(Encoding.UTF8.GetString(row.Blob(1)), row.Int64(0), upTo));
        oldest.Reset();
    }

    private static List<(int Partition, long Trimmed, long High)> ListBehind(SqliteConnection connection)
    {
        var behind = new List<(int, long, long)>();
        var select = connection.Prepare(BehindSql);
        while (select.Step()) behind.Add(((int)select.Int64(0), select.Int64(1), select.Int64(2)));
        select.Reset();
        return behind;
    }
}
