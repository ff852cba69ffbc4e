using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Documents;

internal sealed partial class SqliteDocumentStore
{
    /// <inheritdoc />
    public ValueTask<RevisionHistory?> GetHistoryAsync(string id, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(id) > DocumentLimits.MaxIdBytes) return ValueTask.FromResult<RevisionHistory?>(null);

        var partition = PartitionHash.Of(id, Info.PartitionCount);
        return _file.Readers.ReadAsync((id, partition), DocumentReader.GetHistory, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<DocumentPage> ListDocumentsAsync(DocumentRange range, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Skip);
        ArgumentOutOfRangeException.ThrowIfLessThan(range.MaxCount, 1);
        return _file.Readers.ReadAsync((range, Info.PartitionCount, cancellationToken), DocumentLister.Read, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<BackwardPage> ReadChangesBackwardsAsync(
        int partition, long belowSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        var request = ToRequest(partition, belowSeqno, limits, cancellationToken);
        return _file.Readers.ReadAsync(request, BackwardReader.ReadPage, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<LocalDocument?> GetLocalAsync(string id, CancellationToken cancellationToken) =>
        _file.Readers.ReadAsync(id, LocalRows.Get, cancellationToken);

    /// <inheritdoc />
    public ValueTask<LocalWriteResult> WriteLocalAsync(
        string id, ReadOnlyMemory<byte>? content, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        return Writer.RunAsync(new LocalWriteRequest(_log.Locals, id, content, expectedVersion), cancellationToken);
    }
}
