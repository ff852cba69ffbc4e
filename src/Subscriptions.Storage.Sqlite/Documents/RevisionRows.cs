using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>The statements that keep versions and forget them. Belongs to the writer's thread and its connection.</summary>
internal sealed class RevisionRows(SqliteConnection connection, DocumentRows documents)
{
    private const string OrdinalAtSql = "select ordinal from revision where key = ?1";
    private const string LastOrdinalSql = "select ordinal from revision where id = ?1 order by key desc limit 1";
    private const string OldestSql = "select key, is_base, ordinal from revision where id = ?1 and key < ?2 order by key limit ?3";
    private const string ForgetSql = "delete from revision where key = ?1";
    private const string RemoveBodySql = "delete from archive where key = ?1";
    private const string CutSql = "update revision set previous = null where key = (select key from revision where id = ?1 order by key limit 1)";
    private const string LengthSql = "select length(content) from change where key = ?1 and exists (select 1 from revision where key = ?1)";
    private const string ArchiveSql = $"insert into archive({ChangeRows.Columns}) select {ChangeRows.Columns} from change where key = ?1";

    private const string InsertSql =
        """
        insert into revision(key, id, collection, kind, ordinal, generation, changed_at, previous, is_base)
        values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """;

    private readonly SqliteStatement _ordinalAt = connection.Prepare(OrdinalAtSql);
    private readonly SqliteStatement _lastOrdinal = connection.Prepare(LastOrdinalSql);
    private readonly SqliteStatement _oldest = connection.Prepare(OldestSql);
    private readonly SqliteStatement _forget = connection.Prepare(ForgetSql);
    private readonly SqliteStatement _removeBody = connection.Prepare(RemoveBodySql);
    private readonly SqliteStatement _cut = connection.Prepare(CutSql);
    private readonly SqliteStatement _archive = connection.Prepare(ArchiveSql);
    private readonly SqliteStatement _length = connection.Prepare(LengthSql);
    private readonly SqliteStatement _insert = connection.Prepare(InsertSql);
    private readonly List<(long Key, bool IsBase)> _found = [];

    /// <summary>Keeps a version that the running transaction writes, and sees to it that the one before it can be shown with it.</summary>
    /// <param name="planned">The version.</param>
    /// <param name="isStored">False when the same request replaces it: it is in the archive only.</param>
    public void Keep(PlannedChange planned, bool isStored)
    {
        var change = planned.Change;
        if (!isStored) documents.Archive(change);
        if (planned.PreviousSeqno == 0)
        {
            Insert(change, change.Seqno, change.Revision.Generation, ordinal: 1, previous: null, isBase: false);
            return;
        }

        var previous = (long?)ChangeKey.Of(change.Partition, planned.PreviousSeqno);
        if (Ordinal(_ordinalAt, previous.Value) is not { } ordinal)
        {
            // The version before was written when its collection kept none.
            ordinal = LastOrdinal(change.Id);
            if (planned.PreviousKind == ChangeKind.Put) KeepAsBase(planned, ++ordinal);
            else previous = null;
        }

        Insert(change, change.Seqno, change.Revision.Generation, ordinal + 1, previous, isBase: false);
    }

    /// <summary>Copies a row of the change table to where superseded versions are kept, if it is to be kept.</summary>
    /// <returns>The length of its content in bytes; 0 when it is not.</returns>
    public long ArchiveIfKept(long key)
    {
        _length.Bind(1, key);
        var length = _length.Step() ? _length.Int64(0) : (long?)null;
        _length.Reset();
        if (length is not null) Run(_archive, key);
        return length ?? 0;
    }

    /// <summary>Forgets the oldest versions of a document.</summary>
    /// <param name="cut">Which.</param>
    /// <param name="max">How many rows at most.</param>
    public ForgottenRevisions Forget(RevisionCut cut, int max)
    {
        FindOldest(cut, max);
        foreach (var (key, _) in _found)
        {
            Run(_forget, key);

            // What compaction has not come to yet is not here; it finds nothing that keeps it then.
            Run(_removeBody, key);
        }

        // What is the oldest now has no version before it; that also takes it out of the index of those whose age is looked at.
        _cut.Bind(1, Encoding.UTF8.GetBytes(cut.Id));
        _cut.Run();
        return new ForgottenRevisions(_found.Count, _found.Count(f => !f.IsBase));
    }

    private void KeepAsBase(PlannedChange planned, long ordinal)
    {
        // Written by the same request, and so in no table yet.
        if (planned.PreviousPlanned is { } unstored) documents.Archive(unstored);
        Insert(planned.Change, planned.PreviousSeqno, planned.PreviousRevision.Generation, ordinal, previous: null, isBase: true);
    }

    private void Insert(Change change, long seqno, long generation, long ordinal, long? previous, bool isBase)
    {
        _insert.Bind(1, ChangeKey.Of(change.Partition, seqno));
        _insert.Bind(2, Encoding.UTF8.GetBytes(change.Id));
        _insert.Bind(3, change.Collection);
        _insert.Bind(4, isBase ? (long)ChangeKind.Put : (long)change.Kind);
        _insert.Bind(5, ordinal);
        _insert.Bind(6, generation);
        _insert.Bind(7, change.ChangedAt.ToUnixTimeMilliseconds());
        _insert.Bind(8, previous);
        _insert.Bind(9, isBase ? 1 : 0);
        _insert.Run();
    }

    private void FindOldest(RevisionCut cut, int max)
    {
        _found.Clear();
        _oldest.Bind(1, Encoding.UTF8.GetBytes(cut.Id));
        _oldest.Bind(2, cut.BeforeKey);
        _oldest.Bind(3, max);
        while (_oldest.Step() && _oldest.Int64(2) <= cut.UpToOrdinal) _found.Add((_oldest.Int64(0), _oldest.Int64(1) != 0));
        _oldest.Reset();
    }

    private long LastOrdinal(string id)
    {
        _lastOrdinal.Bind(1, Encoding.UTF8.GetBytes(id));
        var ordinal = _lastOrdinal.Step() ? _lastOrdinal.Int64(0) : 0;
        _lastOrdinal.Reset();
        return ordinal;
    }

    private static long? Ordinal(SqliteStatement statement, long key)
    {
        statement.Bind(1, key);
        var ordinal = statement.Step() ? statement.Int64(0) : (long?)null;
        statement.Reset();
        return ordinal;
    }

    private static void Run(SqliteStatement statement, long key)
    {
        statement.Bind(1, key);
        statement.Run();
    }
}
