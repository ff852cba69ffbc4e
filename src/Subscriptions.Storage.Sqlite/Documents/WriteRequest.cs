using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>One caller's write request on its way through the writer.</summary>
internal sealed class WriteRequest(DocumentLog log, IReadOnlyList<DocumentWrite> operations) : WriteItem<WriteResult>
{
    /// <inheritdoc />
    public override long Size { get; } = operations.Sum(o => (long)o.Content.Length + o.Id.Length);

    /// <inheritdoc />
    public override int Operations => operations.Count;

    /// <inheritdoc />
    protected override WriteResult Run(SqliteConnection connection) => log.Write(operations);
}
