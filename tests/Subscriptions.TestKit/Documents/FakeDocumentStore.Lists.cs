using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

public sealed partial class FakeDocumentStore
{
    /// <inheritdoc />
    public ValueTask<RevisionHistory?> GetHistoryAsync(string id, CancellationToken cancellationToken) =>
        Run(() => _database.GetHistory(id), cancellationToken);

    /// <inheritdoc />
    public ValueTask<DocumentPage> ListDocumentsAsync(DocumentRange range, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Skip);
        ArgumentOutOfRangeException.ThrowIfLessThan(range.MaxCount, 1);
        return Run(() => FakeLists.List(_database.Newest, range), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<BackwardPage> ReadChangesBackwardsAsync(
        int partition, long belowSeqno, ReadLimits limits, CancellationToken cancellationToken)
    {
        CheckPage(partition, belowSeqno, limits);
        return Run(
            () =>
            {
                Reads++;
                var changes = _database.Newest.Where(c => c.Partition == partition && c.Seqno < belowSeqno);
                return FakeLists.ReadBackwards(changes, _database.Partitions[partition].HighSeqno, limits);
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<LocalDocument?> GetLocalAsync(string id, CancellationToken cancellationToken) =>
        Run(() => _database.Locals.GetValueOrDefault(id), cancellationToken);

    /// <inheritdoc />
    public ValueTask<LocalWriteResult> WriteLocalAsync(
        string id, ReadOnlyMemory<byte>? content, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        return Run(() => WriteLocal(id, content, expectedVersion), cancellationToken);
    }

    /// <summary>The revisions of a document, at once.</summary>
    internal RevisionHistory? HistoryOf(string id)
    {
        lock (_database.Lock) return _database.GetHistory(id);
    }

    private LocalWriteResult WriteLocal(string id, ReadOnlyMemory<byte>? content, long expectedVersion)
    {
        var current = _database.Locals.GetValueOrDefault(id)?.Version ?? 0;
        if (current != expectedVersion) return new LocalWriteResult.Conflict(current);
        if (content is { } json)
        {
            if (current == 0 && _database.Locals.Count >= MaxLocals) return new LocalWriteResult.TooMany();
            _database.Locals[id] = new LocalDocument(id, ++current, json.ToArray());
            return new LocalWriteResult.Committed(current);
        }

        _database.Locals.Remove(id);
        return new LocalWriteResult.Committed(0);
    }
}
