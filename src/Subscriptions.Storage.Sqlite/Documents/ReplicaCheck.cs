using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// Finds out how a version that was made elsewhere stands to what is stored of its document. Belongs to the writer's thread and its connection.
/// </summary>
internal sealed class ReplicaCheck(SqliteConnection connection, DocumentRows rows, int partitions)
{
    /// <summary>What becomes of an operation of which nothing is to be done.</summary>
    /// <returns>Null when it is to be carried out, or was not made elsewhere.</returns>
    public WriteEachOutcome? Find(DocumentWrite operation)
    {
        if (operation.History is not { } history || rows.Find(operation.Id) is not { } newest) return null;

        var partition = PartitionHash.Of(operation.Id, partitions);
        if (history.Revision != newest.Revision && history.Has(newest.Revision)) return null;
        return Knows(newest, partition, history.Revision)
            ? new WriteEachOutcome.Done(new WriteOutcome(operation.Id, partition, 0, default))
            : new WriteEachOutcome.Conflict(operation.Id, newest.Revision);
    }

    private bool Knows(StoredVersion newest, int partition, Revision revision)
    {
        // Only what is not newer can be an ancestor; most that is not is conflicts, for which nothing has to be read.
        if (revision.Generation > newest.Revision.Generation) return false;
        var ancestors = AncestorChain.Read(connection, ChangeKey.Of(partition, newest.Seqno), RevisionHistory.MaxAncestors);
        return new RevisionHistory(newest.Revision, ancestors).Has(revision);
    }
}
