using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.TestKit.Documents;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>Stores in memory that, while they are stuck, do not say how much they hold: like a disk that does not answer, deaf to cancelling.</summary>
internal sealed class StuckStoreProvider(TimeProvider time) : IDocumentStoreProvider
{
    private readonly FakeDocumentStoreProvider _provider = new(timeProvider: time);
    private volatile TaskCompletionSource _answers = Answering();

    /// <summary>No answers from now on.</summary>
    public void Stick() => _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers all that were asked, and from now on.</summary>
    public void Release() => _answers.TrySetResult();

    public ValueTask<IReadOnlyList<DatabaseName>> ListAsync(CancellationToken cancellationToken) => _provider.ListAsync(cancellationToken);

    public async ValueTask<IDocumentStore?> CreateAsync(DatabaseInfo info, ICommitObserver observer, CancellationToken cancellationToken) =>
        Wrap(await _provider.CreateAsync(info, observer, cancellationToken));

    public async ValueTask<IDocumentStore?> OpenAsync(DatabaseName name, ICommitObserver observer, CancellationToken cancellationToken) =>
        Wrap(await _provider.OpenAsync(name, observer, cancellationToken));

    public ValueTask<bool> DropAsync(DatabaseName name, CancellationToken cancellationToken) => _provider.DropAsync(name, cancellationToken);

    public ValueTask<RewindResult?> RewindAsync(DatabaseName name, PartitionRewind rewind, CancellationToken cancellationToken) =>
        _provider.RewindAsync(name, rewind, cancellationToken);

    public ValueTask<IDatabaseRestore> PrepareRestoreAsync(DatabaseName name, Stream content, CancellationToken cancellationToken) =>
        _provider.PrepareRestoreAsync(name, content, cancellationToken);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private static TaskCompletionSource Answering()
    {
        var answering = new TaskCompletionSource();
        answering.SetResult();
        return answering;
    }

    private Store? Wrap(IDocumentStore? store) => store is null ? null : new Store(this, store);

    private sealed class Store(StuckStoreProvider owner, IDocumentStore store) : IDocumentStore
    {
        public DatabaseInfo Info => store.Info;

        public IReadOnlyList<PartitionState> Partitions => store.Partitions;

        public async ValueTask<DocumentStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
        {
            await owner._answers.Task;
            return await store.GetStatisticsAsync(cancellationToken);
        }

        public ValueTask<WriteResult> WriteAsync(IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken) =>
            store.WriteAsync(operations, cancellationToken);

        public ValueTask<IReadOnlyList<WriteEachOutcome>> WriteEachAsync(
            IReadOnlyList<DocumentWrite> operations, CancellationToken cancellationToken) => store.WriteEachAsync(operations, cancellationToken);

        public ValueTask<Change?> GetAsync(string id, CancellationToken cancellationToken) => store.GetAsync(id, cancellationToken);

        public ValueTask<RevisionHistory?> GetHistoryAsync(string id, CancellationToken cancellationToken) =>
            store.GetHistoryAsync(id, cancellationToken);

        public ValueTask<DocumentPage> ListDocumentsAsync(DocumentRange range, CancellationToken cancellationToken) =>
            store.ListDocumentsAsync(range, cancellationToken);

        public ValueTask<LocalDocument?> GetLocalAsync(string id, CancellationToken cancellationToken) => store.GetLocalAsync(id, cancellationToken);

        public ValueTask<LocalWriteResult> WriteLocalAsync(
            string id, ReadOnlyMemory<byte>? content, long expectedVersion, CancellationToken cancellationToken) =>
            store.WriteLocalAsync(id, content, expectedVersion, cancellationToken);

        public ValueTask<BackwardPage> ReadChangesBackwardsAsync(
            int partition, long belowSeqno, ReadLimits limits, CancellationToken cancellationToken) =>
            store.ReadChangesBackwardsAsync(partition, belowSeqno, limits, cancellationToken);

        public ValueTask<ChangePage> ReadChangesAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken) =>
            store.ReadChangesAsync(partition, afterSeqno, limits, cancellationToken);

        public ValueTask<int> ExpireAsync(DateTimeOffset now, int maxDocuments, CancellationToken cancellationToken) =>
            store.ExpireAsync(now, maxDocuments, cancellationToken);

        public ValueTask<int> PurgeTombstonesAsync(
            DateTimeOffset before, IReadOnlyList<long>? upTo, int maxTombstones, CancellationToken cancellationToken) =>
            store.PurgeTombstonesAsync(before, upTo, maxTombstones, cancellationToken);

        public ValueTask SetRevisionsAsync(RevisionSettings settings, CancellationToken cancellationToken) =>
            store.SetRevisionsAsync(settings, cancellationToken);

        public ValueTask<ChangePage> ReadRevisionsAsync(int partition, long afterSeqno, ReadLimits limits, CancellationToken cancellationToken) =>
            store.ReadRevisionsAsync(partition, afterSeqno, limits, cancellationToken);

        public ValueTask<Change?> GetRevisionAsync(string id, long fromSeqno, CancellationToken cancellationToken) =>
            store.GetRevisionAsync(id, fromSeqno, cancellationToken);

        public ValueTask<Change?> GetRevisionAsync(string id, Revision revision, CancellationToken cancellationToken) =>
            store.GetRevisionAsync(id, revision, cancellationToken);

        public ValueTask<IReadOnlyList<RevisionInfo>> ListRevisionsAsync(
            string id, long beforeSeqno, int maxCount, CancellationToken cancellationToken) =>
            store.ListRevisionsAsync(id, beforeSeqno, maxCount, cancellationToken);

        public ValueTask<int> TrimRevisionsAsync(DateTimeOffset now, int maxRevisions, CancellationToken cancellationToken) =>
            store.TrimRevisionsAsync(now, maxRevisions, cancellationToken);

        public ValueTask<Stream> BackUpAsync(CancellationToken cancellationToken) => store.BackUpAsync(cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
