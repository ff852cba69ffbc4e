using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

public sealed partial class FakeDocumentStore
{
    /// <inheritdoc />
    public async ValueTask SetRevisionsAsync(RevisionSettings settings, CancellationToken cancellationToken) =>
        await Run(() => _database.SetRevisions(settings), cancellationToken);

    /// <inheritdoc />
    public ValueTask<ChangePage> ReadRevisionsAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        CheckPage(partition, afterSeqno, limits);
        return Run(
            () =>
            {
                Reads++;
                return _database.ReadRevisions(partition, afterSeqno, limits);
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Change?> GetRevisionAsync(string id, long fromSeqno, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSeqno);
        return Run(() => _database.Revisions.OfDocument(id).FirstOrDefault(c => c.Seqno >= fromSeqno), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Change?> GetRevisionAsync(string id, Revision revision, CancellationToken cancellationToken) =>
        Run(() => _database.Revisions.OfDocument(id).FirstOrDefault(c => c.Revision == revision), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RevisionInfo>> ListRevisionsAsync(
        string id, long beforeSeqno, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beforeSeqno);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        return Run<IReadOnlyList<RevisionInfo>>(
            () =>
            [
                .. _database.Revisions.OfDocument(id).Where(c => c.Seqno < beforeSeqno).Reverse().Take(maxCount)
                    .Select(c => new RevisionInfo(c.Revision, c.Seqno, c.Kind, c.Collection, c.ChangedAt, c.Content.Length)),
            ],
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<int> TrimRevisionsAsync(DateTimeOffset now, int maxRevisions, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxRevisions);
        return Run(() => _database.Revisions.Trim(now, maxRevisions), cancellationToken);
    }
}
