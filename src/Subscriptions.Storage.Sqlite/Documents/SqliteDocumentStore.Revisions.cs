using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

internal sealed partial class SqliteDocumentStore
{
    /// <inheritdoc />
    public async ValueTask SetRevisionsAsync(RevisionSettings settings, CancellationToken cancellationToken) =>
        await Writer.RunAsync(new DelegateWriteItem<bool>(_ => _log.SetRevisions(settings)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public ValueTask<ChangePage> ReadRevisionsAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken) =>
        _file.Readers.ReadAsync(ToRequest(partition, afterSeqno, limits, cancellationToken), RevisionReader.ReadPage, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Change?> GetRevisionAsync(string id, long fromSeqno, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSeqno);
        if (FindKey(id, fromSeqno) is not { } key) return ValueTask.FromResult<Change?>(null);
        return _file.Readers.ReadAsync((id, key), RevisionReader.GetAtOrAbove, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Change?> GetRevisionAsync(string id, Revision revision, CancellationToken cancellationToken)
    {
        if (FindKey(id, 0) is null) return ValueTask.FromResult<Change?>(null);
        return _file.Readers.ReadAsync((id, revision), RevisionReader.GetByRevision, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RevisionInfo>> ListRevisionsAsync(
        string id, long beforeSeqno, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beforeSeqno);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        if (FindKey(id, beforeSeqno) is not { } key) return ValueTask.FromResult<IReadOnlyList<RevisionInfo>>([]);
        return _file.Readers.ReadAsync((id, key, maxCount), RevisionReader.List, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<int> TrimRevisionsAsync(DateTimeOffset now, int maxRevisions, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxRevisions);
        var trimmed = 0;
        while (trimmed < maxRevisions && _log is { RevisionSettings: { HasLimits: true } settings })
        {
            var plan = await _file.Readers.ReadAsync((settings, now), RevisionCuts.Find, cancellationToken).ConfigureAwait(false);
            if (plan.IsEmpty) break;

            var left = maxRevisions - trimmed;
            var item = new SweepItem<ForgottenRevisions>(() => _log.Trim(plan, left), forgotten => forgotten.Rows);
            trimmed += (await Writer.RunAsync(item, cancellationToken).ConfigureAwait(false)).Revisions;
        }

        return trimmed;
    }

    // The key of a seqno in the document's partition; null when no document can have the id.
    private long? FindKey(string id, long seqno)
    {
        if (Encoding.UTF8.GetByteCount(id) > DocumentLimits.MaxIdBytes) return null;
        return ChangeKey.Of(PartitionHash.Of(id, Info.PartitionCount), Math.Min(seqno, ChangeKey.MaxSeqno));
    }
}
