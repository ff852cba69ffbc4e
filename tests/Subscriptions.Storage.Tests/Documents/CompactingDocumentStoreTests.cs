using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>The same promises while superseded rows are moved and deleted after every write, in the smallest slices.</summary>
public sealed class CompactingDocumentStoreTests : SqliteDocumentStoreTests
{
    private protected override SqliteTuning Tuning { get; } =
        new() { ReplacedRows = int.MinValue, CompactedRows = 3, ArchivedBytes = 20, TrimmedRows = 7 };
}
