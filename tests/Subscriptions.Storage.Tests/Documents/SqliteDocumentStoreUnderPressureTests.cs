using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>The same promises when everything is scarce: pages, cache, queue, readers; and compaction and checkpoints happen all the time.</summary>
public sealed class SqliteDocumentStoreUnderPressureTests : SqliteDocumentStoreTests
{
    internal override SqliteTuning Tuning => new()
    {
        PageBytes = 512,
        WriterCacheBytes = 16 * 1024,
        ReaderCacheBytes = 16 * 1024,
        Readers = 1,
        QueuedWrites = 2,
        GroupCount = 2,
        GroupBytes = 100,
        CheckpointPages = 8,
        JournalLimitPages = 24,
        ReplacedRows = 3,
        CompactedRows = 4,
    };
}
