using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// Keeps the versions that a database's settings ask for, and forgets those that exceed their limits. Belongs to the writer's thread, except for
/// <see cref="Settings"/>.
/// </summary>
internal sealed class RevisionLog
{
    private readonly SqliteConnection _connection;
    private readonly RevisionRows _rows;
    private readonly PartitionLedger[] _ledgers;
    private readonly SqliteStatement _examined;
    private volatile RevisionSettings _settings;
    private RevisionSettings _pending;

    public RevisionLog(SqliteConnection connection, DocumentRows documents, PartitionLedger[] ledgers)
    {
        _connection = connection;
        _rows = new RevisionRows(connection, documents);
        _ledgers = ledgers;
        _examined = connection.Prepare("update partition set trimmed_seqno = ?2 where partition = ?1");
        _pending = _settings = RevisionSettingRows.Read(connection);
    }

    /// <summary>What is kept, as of the last durable transaction. Thread-safe.</summary>
    public RevisionSettings Settings => _settings;

    /// <summary>Replaces the settings inside the running transaction; it and all later ones go by the new ones.</summary>
    public void Set(RevisionSettings settings)
    {
        RevisionSettingRows.Write(_connection, settings);

        // What was found to be within the old limits can exceed the new ones.
        _connection.Prepare("update partition set trimmed_seqno = 0").Run();
        _pending = settings;
    }

    /// <summary>Keeps a version that the running transaction writes, if its collection keeps any.</summary>
    /// <param name="planned">The version.</param>
    /// <param name="isStored">False when the same request replaces it, so that the change table does not have it.</param>
    public void Keep(PlannedChange planned, bool isStored)
    {
        if (_pending.IsEmpty || !_pending.Keeps(planned.Change.Collection)) return;

        _rows.Keep(planned, isStored);
        Count(_ledgers[planned.Change.Partition], 1);
    }

    /// <summary>Moves a superseded row of the change table to the archive if it is kept.</summary>
    /// <returns>The length of its content in bytes; 0 when it is not kept.</returns>
    public long Archive(long key) => _ledgers[ChangeKey.Partition(key)].Figures.Revisions == 0 ? 0 : _rows.ArchiveIfKept(key);

    /// <summary>Forgets what a plan says, and notes how far it looked once all of it is done.</summary>
    /// <returns>How many rows were removed, and how many of them readers could see.</returns>
    public ForgottenRevisions Trim(RevisionTrimPlan plan, int maxRows)
    {
        var forgotten = default(ForgottenRevisions);

        // The settings were replaced since the plan was made, and may be wider now.
        if (!ReferenceEquals(plan.Settings, _pending)) return forgotten;

        foreach (var cut in plan.Cuts)
        {
            forgotten += Forget(cut, maxRows - forgotten.Rows);
            if (forgotten.Rows >= maxRows) return forgotten;
        }

        foreach (var (partition, seqno) in plan.Examined)
        {
            _examined.Bind(1, partition);
            _examined.Bind(2, seqno);
            _examined.Run();
        }

        return forgotten;
    }

    /// <summary>Forgets versions of a document, the oldest first.</summary>
    public ForgottenRevisions Forget(RevisionCut cut, int maxRows)
    {
        var ledger = _ledgers[PartitionHash.Of(cut.Id, _ledgers.Length)];
        if (ledger.Figures.Revisions == 0) return default;

        var forgotten = _rows.Forget(cut, maxRows);
        Count(ledger, -forgotten.Revisions);
        return forgotten;
    }

    public void OnCommitted() => _settings = _pending;

    public void OnRolledBack() => _pending = _settings;

    private static void Count(PartitionLedger ledger, long revisions) =>
        ledger.Figures = ledger.Figures with { Revisions = ledger.Figures.Revisions + revisions };
}

/// <summary>What was forgotten.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="Revisions">Those among them that readers could see.</param>
internal readonly record struct ForgottenRevisions(int Rows, int Revisions)
{
    public static ForgottenRevisions operator +(ForgottenRevisions a, ForgottenRevisions b) => new(a.Rows + b.Rows, a.Revisions + b.Revisions);
}
