using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A write of a local document on its way through the writer.</summary>
internal sealed class LocalWriteRequest(LocalRows rows, string id, ReadOnlyMemory<byte>? content, long expectedVersion) : WriteItem<LocalWriteResult>
{
    /// <inheritdoc />
    public override long Size => id.Length + (content?.Length ?? 0);

    /// <inheritdoc />
    protected override LocalWriteResult Run(SqliteConnection connection) => rows.Write(id, content, expectedVersion);
}
